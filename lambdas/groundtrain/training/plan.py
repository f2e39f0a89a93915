"""Choose the algorithm, and apply its overrides and defaults to the settings."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.settings.training_settings import Training, overridden
from groundtrain.training.algorithms.algorithm import Algorithm, Chosen
from groundtrain.training.algorithms.built_in import ALGORITHMS, BUILT_IN


class Plan(Struct, frozen=True):
    """An algorithm and its settings, with overrides applied and instance types and spot decided.

    Attributes:
        overrides: keys of the settings that the algorithm's own table overrides.
    """

    algorithm: Algorithm
    training: Training
    overrides: frozenset[str] = frozenset()

    @property
    def chosen(self) -> Chosen:
        """Hyperparameters of the settings as text; valid ones in the algorithm's spelling."""
        return {
            name: self._spelled(name, str(value)) for name, value in self.training.hyperparameters.items()
        }

    def path(self, key: str) -> str:
        """Where a setting is in the settings file, such as "training.hyperparameters.epochs"."""
        if key in self.overrides:
            return f"training.overrides.{self.algorithm.name}.{key}"
        return f"training.{key}"

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


def _plan(given: Training, algorithm: Algorithm) -> Plan:
    training = overridden(given, algorithm.name)
    return Plan(
        algorithm,
        overrides=frozenset(_keys(given.overrides.get(algorithm.name, {}))),
        training=replace(
            training,
            instance_types=training.instance_types or algorithm.machines.usual,
            spot=algorithm.checkpoints if training.spot == "auto" else training.spot,
        ),
    )


def _keys(override: dict[str, Any]) -> Iterator[str]:
    """Keys of an override, those of hyperparameters one by one."""
    yield from override
    yield from (f"hyperparameters.{name}" for name in override.get("hyperparameters", ()))
