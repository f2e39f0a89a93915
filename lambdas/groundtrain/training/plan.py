"""Choose the algorithm, and apply its overrides and defaults to the settings."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.settings.training import Training, overridden
from groundtrain.training.algorithm import Algorithm, Chosen
from groundtrain.training.algorithms import ALGORITHMS, BUILT_IN


class Plan(Struct, frozen=True):
    """An algorithm and its settings, with overrides applied and instance types and spot decided."""

    algorithm: Algorithm
    training: Training

    @property
    def chosen(self) -> Chosen:
        """Hyperparameters of the settings as text; valid ones in the algorithm's spelling."""
        return {
            name: self._spelled(name, str(value)) for name, value in self.training.hyperparameters.items()
        }

    def _spelled(self, name: str, text: str) -> str:
        row = self.algorithm.find(name)
        return (row.form.spelled(text) if row else None) or text


def plan_for(training: Training, label_type: str) -> Plan | None:
    """The plan for labels of a type; None when no algorithm learns from them.

    An algorithm that the settings name is used for any labels; `checks` finds out whether it fits.
    """
    if training.algorithm != "auto":
        return _plan(training, ALGORITHMS[training.algorithm])
    found = (algorithm for algorithm in BUILT_IN if label_type in algorithm.reads)
    return next((_plan(training, algorithm) for algorithm in found), None)


def possible_plans(training: Training) -> Iterator[Plan]:
    """All plans that are possible with these settings."""
    if training.algorithm != "auto":
        yield _plan(training, ALGORITHMS[training.algorithm])
    else:
        yield from (_plan(training, algorithm) for algorithm in BUILT_IN)


def _plan(training: Training, algorithm: Algorithm) -> Plan:
    training = overridden(training, algorithm.name)
    return Plan(
        algorithm,
        replace(
            training,
            instance_types=training.instance_types or algorithm.machines.usual,
            spot=algorithm.checkpoints if training.spot == "auto" else training.spot,
        ),
    )
