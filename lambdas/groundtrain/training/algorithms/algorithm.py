"""What the module of an algorithm provides: one `Algorithm`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.rules.findings import Finding
from groundtrain.settings.training_settings import AlgorithmName
from groundtrain.training.algorithms.hyperparameter import Hyperparameter

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

Chosen = Mapping[str, str]
"""Hyperparameters from the settings, each as text."""


class InstanceRequirements(Struct, frozen=True, kw_only=True):
    """The instances that the algorithm trains on.

    Attributes:
        processor: "gpu" or "cpu" when it runs on nothing else; "any" when that is unknown.
        families: instance families it is documented for; () when there is no documentation.
        usual: instance types to try when the settings name none, in order.
        most: most instances for one job; None for any number.
    """

    processor: Literal["gpu", "cpu", "any"]
    families: tuple[str, ...]
    usual: tuple[str, ...]
    most: int | None = None

    def on_one_machine(self) -> "InstanceRequirements":
        """The same, limited to one instance."""
        return replace(self, most=1)


GPU = InstanceRequirements(
    processor="gpu", families=("p2", "p3", "g4dn", "g5"), usual=("ml.g5.2xlarge", "ml.g4dn.2xlarge")
)


class Inference(Struct, frozen=True):
    """How a trained model is registered: domain, task, and the content types it takes and gives.

    Attributes:
        machines: instance types that it can be deployed to, for endpoints and batch transform; () for any.
    """

    domain: str
    task: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    machines: tuple[str, ...] = ()


def _no_conflicts(_: Chosen) -> Iterator[Finding]:
    return iter(())


def _no_contradictions(_: "DatasetContents", __: Chosen) -> Iterator[Finding]:
    return iter(())


def _nothing(_: "DatasetContents", __: Chosen) -> dict[str, str]:
    return {}


class Algorithm(Struct, frozen=True, kw_only=True):
    """An algorithm, and how to request training with it.

    Attributes:
        name: as in settings; also the repository name of its image.
        reads: label types it learns from; () for any.
        hyperparameters: all documented ones; None when any may be set.
        content_type: content type of both channels, by label type.
        derive: hyperparameters that the dataset determines or limits.
        conflicts: findings on hyperparameters from the settings that conflict with each other; the path of
            each is the hyperparameter.
        contradictions: the same for those that conflict with the dataset.
        checkpoints: whether an interrupted job resumes from a checkpoint.
        fixed_for_incremental: hyperparameters that must be unchanged for incremental training from an earlier
            model; None if the algorithm does not support it.
        objective: the metric that measures the quality of a model; "" when it is unknown.
        metrics: regular expressions that find metrics in its log, by metric name; {} for an algorithm of
            SageMaker's, which defines them itself, and for an image that is not known.
        inference: None when it is unknown whether the image serves its models.
    """

    name: AlgorithmName
    reads: tuple[str, ...]
    hyperparameters: tuple[Hyperparameter, ...] | None
    content_type: Callable[[str], str]
    derive: "Callable[[DatasetContents, Chosen], dict[str, str]]" = _nothing
    conflicts: Callable[[Chosen], Iterator[Finding]] = _no_conflicts
    contradictions: "Callable[[DatasetContents, Chosen], Iterator[Finding]]" = _no_contradictions
    machines: InstanceRequirements = GPU
    checkpoints: bool = True
    fixed_for_incremental: tuple[str, ...] | None = None
    objective: str = ""
    metrics: Mapping[str, str] = {}
    inference: Inference | None = None

    def find(self, name: str) -> Hyperparameter | None:
        """The row of a hyperparameter."""
        return next((row for row in self.hyperparameters or () if row.name == name), None)

    def value(self, name: str, chosen: Chosen) -> str:
        """The value of a hyperparameter: chosen, or the default."""
        row = self.find(name)
        return chosen.get(name, row.default if row else "")


def fitting_batch(wanted: str, records: int) -> str:
    """The wanted batch size, but at most the number of records of the channel.

    "The number of input images must be bigger or equal to the mini_batch_size" fails the job otherwise.
    """
    return str(max(1, min(int(wanted), records)))


def late_steps(chosen: Chosen, epochs: str) -> Iterator[Finding]:
    """GT503: steps of the learning rate that are never reached within `epochs`."""
    for step in filter(None, chosen.get("lr_scheduler_step", "").split(",")):
        if int(step) >= int(epochs):
            yield Finding.on_file(
                "GT503",
                f"step {step.strip()} is not before the last of {epochs} epochs",
                path="lr_scheduler_step",
            )
