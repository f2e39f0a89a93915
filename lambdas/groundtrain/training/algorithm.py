"""What an algorithm brings along: one such record per module of an algorithm."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from groundtrain.settings.training import AlgorithmName
from groundtrain.training.hyperparameter import Hyperparameter

if TYPE_CHECKING:
    from groundtrain.dataset.description import Dataset

Chosen = Mapping[str, str]
"""Hyperparameters of the settings, each as text."""


class Conflict(NamedTuple):
    """Settings that do not go together: rule, hyperparameter, and what was seen."""

    code: str
    name: str
    saw: str


class Machines(Struct, frozen=True, kw_only=True):
    """What the algorithm trains on.

    Attributes:
        processor: "gpu" or "cpu" when it runs on nothing else; "any" when that is not known to us.
        families: instance families it is documented for; () when it is not documented.
        usual: instance types that are asked for when the settings name none, in this order.
        most: how many at once, None for any number.
    """

    processor: Literal["gpu", "cpu", "any"]
    families: tuple[str, ...]
    usual: tuple[str, ...]
    most: int | None = None


GPU = Machines(
    processor="gpu", families=("p2", "p3", "g4dn", "g5"), usual=("ml.g5.2xlarge", "ml.g4dn.2xlarge")
)


class Inference(Struct, frozen=True):
    """How a trained model is registered: domain, task, and the content types it takes and gives."""

    domain: str
    task: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]


def _no_conflicts(_: Chosen) -> Iterator[Conflict]:
    return iter(())


def _no_contradictions(_: "Dataset", __: Chosen) -> Iterator[Conflict]:
    return iter(())


def _nothing(_: "Dataset", __: Chosen) -> dict[str, str]:
    return {}


class Algorithm(Struct, frozen=True, kw_only=True):
    """How training with an algorithm is asked for.

    Attributes:
        name: as settings spell it; also the name of its image's repository.
        reads: label types it learns from; () for any.
        hyperparameters: all documented ones; None when any may be set.
        content_type: of both channels, by label type.
        derive: hyperparameters that the dataset tells, or bounds.
        conflicts: hyperparameters of the settings that do not go together.
        contradictions: hyperparameters of the settings that this dataset contradicts.
        checkpoints: whether an interrupted job goes on where it was.
        continued: hyperparameters that must be what they were for training to go on from an earlier model;
            None when it cannot.
        objective: the metric that tells how good a model is, "" when it is not known to us.
        inference: None when it is not known whether the image serves its models.
    """

    name: AlgorithmName
    reads: tuple[str, ...]
    hyperparameters: tuple[Hyperparameter, ...] | None
    content_type: Callable[[str], str]
    derive: "Callable[[Dataset, Chosen], dict[str, str]]" = _nothing
    conflicts: Callable[[Chosen], Iterator[Conflict]] = _no_conflicts
    contradictions: "Callable[[Dataset, Chosen], Iterator[Conflict]]" = _no_contradictions
    machines: Machines = GPU
    checkpoints: bool = True
    continued: tuple[str, ...] | None = None
    objective: str = ""
    inference: Inference | None = None

    def find(self, name: str) -> Hyperparameter | None:
        """The row of a hyperparameter."""
        return next((row for row in self.hyperparameters or () if row.name == name), None)

    def value(self, name: str, chosen: Chosen) -> str:
        """What a hyperparameter comes to: chosen, or by default."""
        row = self.find(name)
        return chosen.get(name, row.default if row else "")
