"""Choose the algorithm, and apply its overrides and defaults to the settings: once, for all that follows."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training, overridden
from groundtrain.training.algorithms.algorithm import Algorithm, Chosen
from groundtrain.training.algorithms.registry import choose_algorithm, possible_algorithms


class Plan(Struct, frozen=True):
    """An algorithm and the settings that it trains with.

    Attributes:
        environment: the settings, with overrides applied and instance types and spot decided.
        overrides: keys of the settings that the algorithm's own table overrides.
    """

    algorithm: Algorithm
    environment: Environment
    overrides: frozenset[str] = frozenset()

    @property
    def training(self) -> Training:
        """The settings of training."""
        return self.environment.training

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

    def on_hyperparameter(self, finding: Finding) -> Finding:
        """The finding of an algorithm, whose path is a hyperparameter, at its place in the settings."""
        return replace(finding, path=self.path(f"hyperparameters.{finding.path}"))

    def _spelled(self, name: str, text: str) -> str:
        row = self.algorithm.find(name)
        return (row.form.spelled(text) if row else None) or text


def plan_for(environment: Environment, label_type: str) -> Plan | None:
    """The plan for labels of a type; None when no algorithm learns from them."""
    algorithm = choose_algorithm(environment.training.algorithm, label_type)
    return _plan(environment, algorithm) if algorithm else None


def possible_plans(environment: Environment) -> list[Plan]:
    """All plans that are possible with these settings, one for each algorithm."""
    return [
        _plan(environment, algorithm) for algorithm in possible_algorithms(environment.training.algorithm)
    ]


def _plan(environment: Environment, algorithm: Algorithm) -> Plan:
    settings = environment.training
    training = overridden(settings, algorithm.name)
    training = replace(
        training,
        instance_types=training.instance_types or algorithm.machines.usual,
        spot=algorithm.checkpoints if training.spot == "auto" else training.spot,
    )
    overrides = frozenset(_keys(settings.overrides.get(algorithm.name, {})))
    return Plan(algorithm, replace(environment, training=training), overrides)


def _keys(override: dict[str, Any]) -> Iterator[str]:
    """Keys of an override, those of hyperparameters one by one."""
    yield from override
    yield from (f"hyperparameters.{name}" for name in override.get("hyperparameters", ()))
