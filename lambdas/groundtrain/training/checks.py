"""GT50 and GT51: settings that cannot work with this dataset, found before a GPU is paid for.

Sources: SageMaker Developer Guide, "Object Detection Hyperparameters" and its instance recommendations.
"""

from collections.abc import Iterator

from groundtrain.dataset.description import Dataset
from groundtrain.manifest.findings import Finding
from groundtrain.settings import Environment, Training
from groundtrain.training import object_detection
from groundtrain.training.purposes import READS
from groundtrain.training.registries import REGISTRIES

DOCUMENTED_FAMILIES = ("p2", "p3", "g4dn", "g5")

_MULTI_LABEL, _SINGLE_LABEL = "-multilabel", "classification"
_PARAMETERS = "training.hyperparameters"


def find_training_problems(dataset: Dataset, environment: Environment) -> Iterator[Finding]:
    """What the training settings would do wrong with this dataset."""
    training = environment.training
    yield from find_unread_type(dataset, training.algorithm)
    yield from _batches(dataset, training)
    yield from _derived(dataset, training)
    yield from _steps(training)
    yield from _label_width(dataset)
    yield from _multi_label(dataset, training)
    yield from _machines(training)
    yield from _buckets(dataset, environment)


def find_unread_type(dataset: Dataset, purpose: str) -> Iterator[Finding]:
    """GT508: the purpose, one of `READS`, does not learn from labels of this type."""
    reads = READS[purpose]
    if dataset.type and dataset.type not in reads:
        yield Finding(
            "GT508",
            0,
            "training.algorithm",
            f"{purpose} learns from {' or '.join(reads)}, and {dataset.label} is {dataset.type}",
        )


def _batches(dataset: Dataset, training: Training) -> Iterator[Finding]:
    """GT402, GT501; where the settings name no batch size, the request takes one that can be filled."""
    batch = _whole(training.hyperparameters.get("mini_batch_size", 1))
    for split in (dataset.train, dataset.validation):
        if not split.records:
            yield Finding("GT402", 0, "$", f"{split.manifest} is empty")
        elif split.records < batch:
            yield Finding(
                "GT501",
                0,
                f"{_PARAMETERS}.mini_batch_size",
                f"{split.manifest} has {split.records} records, fewer than one batch of {batch}"
                " (mini_batch_size)",
            )


def _derived(dataset: Dataset, training: Training) -> Iterator[Finding]:
    """GT502."""
    derived = {
        "num_classes": len(dataset.classes),
        "num_training_samples": dataset.train.records,
        "label_width": object_detection.label_width(_most_boxes(dataset)),
    }
    for name, value in derived.items():
        if name in training.hyperparameters:
            typed = training.hyperparameters[name]
            yield Finding(
                "GT502",
                0,
                f"{_PARAMETERS}.{name}",
                f"{name} is typed by hand as {typed}, and the dataset gives {value}",
            )


def _steps(training: Training) -> Iterator[Finding]:
    """GT503."""
    epochs = _whole(training.hyperparameters.get("epochs", object_detection.DEFAULT_EPOCHS))
    for step in str(training.hyperparameters.get("lr_scheduler_step", "")).split(","):
        if _whole(step) >= epochs > 0:
            yield Finding(
                "GT503",
                0,
                f"{_PARAMETERS}.lr_scheduler_step",
                f"step {step.strip()} is not before the last of {epochs} epochs",
            )


def _label_width(dataset: Dataset) -> Iterator[Finding]:
    """GT504."""
    most = _most_boxes(dataset)
    width = object_detection.label_width(most)
    if width > object_detection.DEFAULT_LABEL_WIDTH:
        yield Finding(
            "GT504", 0, f"{_PARAMETERS}.label_width", f"an image has {most} boxes, so label_width is {width}"
        )


def _multi_label(dataset: Dataset, training: Training) -> Iterator[Finding]:
    """GT509: labels that are lists are read as class ids only with multi_label = 1, others only without."""
    typed = training.hyperparameters.get("multi_label")
    if typed is None or not dataset.type.removesuffix(_MULTI_LABEL).endswith(_SINGLE_LABEL):
        return
    wants = int(dataset.type.endswith(_MULTI_LABEL))
    if _whole(typed) != wants:
        yield Finding(
            "GT509",
            0,
            f"{_PARAMETERS}.multi_label",
            f"multi_label is {int(typed) if isinstance(typed, bool) else typed},"
            f" and {dataset.label} holds {'a list of class ids' if wants else 'a single class id'}",
        )


def _machines(training: Training) -> Iterator[Finding]:
    """GT505, GT506."""
    for instance_type in training.instance_types:
        family = instance_type.split(".")[1]
        if not family.startswith(("p", "g")):
            yield Finding("GT505", 0, "training.instance_types", f"{instance_type} has no GPU")
        elif family not in DOCUMENTED_FAMILIES:
            yield Finding(
                "GT506", 0, "training.instance_types", f"{instance_type} is of none of these families"
            )


def _buckets(dataset: Dataset, environment: Environment) -> Iterator[Finding]:
    """GT511, GT512."""
    labeling = environment.labeling
    for bucket in dataset.image_buckets:
        made_here = labeling.create_bucket and bucket.startswith(f"groundtrain-{environment.name}-")
        if bucket not in labeling.buckets and not made_here:
            yield Finding("GT511", 0, "labeling.buckets", f"images lie in {bucket}, which is not named")
        regions = [region for region in REGISTRIES if region in bucket]
        if environment.region and regions and environment.region not in regions:
            yield Finding(
                "GT512", 0, "region", f"images lie in {bucket}, training runs in {environment.region}"
            )


def _most_boxes(dataset: Dataset) -> int:
    return int(dataset.statistics.get("most_boxes", 0))


def _whole(value: object) -> int:
    """The number, 0 for what is none: the training request says what is wrong with that."""
    try:
        return int(value if isinstance(value, bool) else str(value))
    except ValueError:
        return 0
