"""SageMaker's built-in Object Detection (SSD): boxes.

Source: SageMaker Developer Guide, "Object Detection Algorithm" and "Object Detection Hyperparameters"; the
upper end of image_shape is what its validation was reported to say. That it takes coordinates with fractions,
and a validation side without any box, is not confirmed (C22).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundtrain.rules.findings import Finding
from groundtrain.training.algorithms.algorithm import (
    Algorithm,
    Chosen,
    Inference,
    fitting_batch,
    late_steps,
)
from groundtrain.training.algorithms.hyperparameter import (
    EPOCHS,
    Expression,
    Hyperparameter,
    Number,
    OneOf,
    Switch,
    Whole,
)

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

DEFAULT_LABEL_WIDTH = 350
_HEADER, _NUMBERS_PER_BOX = 2, 5
_SSD_STEPS = (2 / 3, 5 / 6)  # where SSD's authors lowered the learning rate (80,000 and 100,000 of 120,000)

HYPERPARAMETERS = (
    Hyperparameter("num_classes", Whole(), derived=True),
    Hyperparameter("num_training_samples", Whole(), derived=True),
    Hyperparameter("label_width", Whole(), str(DEFAULT_LABEL_WIDTH), derived=True),
    Hyperparameter("base_network", OneOf(("vgg-16", "resnet-50")), "vgg-16"),
    Hyperparameter("use_pretrained_model", Switch("0", "1"), "1"),
    Hyperparameter("image_shape", Whole(300, 10_000), "300"),
    Hyperparameter("mini_batch_size", Whole(), "32"),
    Hyperparameter("epochs", Whole(), "30"),
    Hyperparameter("learning_rate", Number(open_low=True), "0.001"),
    Hyperparameter("lr_scheduler_step", EPOCHS),
    Hyperparameter("lr_scheduler_factor", Number(open_low=True, open_high=True), "0.1"),
    Hyperparameter("optimizer", OneOf(("sgd", "adam", "rmsprop", "adadelta")), "sgd"),
    Hyperparameter("momentum", Number(open_low=True), "0.9"),
    Hyperparameter("weight_decay", Number(open_low=True, open_high=True), "0.0005"),
    Hyperparameter("nms_threshold", Number(open_low=True), "0.45"),
    Hyperparameter("overlap_threshold", Number(open_low=True), "0.5"),
    Hyperparameter("kv_store", OneOf(("dist_sync", "dist_async"))),
    Hyperparameter("freeze_layer_pattern", Expression()),
    Hyperparameter("early_stopping", Switch("False", "True"), "False"),
    Hyperparameter("early_stopping_min_epochs", Whole(), "10"),
    Hyperparameter("early_stopping_patience", Whole(), "5"),
    Hyperparameter("early_stopping_tolerance", Number(), "0.0"),
)


def derive(dataset: "DatasetContents", chosen: Chosen) -> dict[str, str]:
    """Counts, label width, a batch size that both channels can fill, and SSD's learning-rate steps."""
    wanted = OBJECT_DETECTION.value("mini_batch_size", chosen)
    return {
        "num_classes": str(len(dataset.classes)),
        "num_training_samples": str(dataset.train.records),
        "label_width": str(label_width(most_boxes(dataset))),
        "mini_batch_size": fitting_batch(wanted, min(dataset.train.records, dataset.validation.records)),
        **_learning_rate_steps(chosen),
    }


def conflicts(chosen: Chosen) -> Iterator[Finding]:
    """Steps of the learning rate that are never reached."""
    return late_steps(chosen, OBJECT_DETECTION.value("epochs", chosen))


def contradictions(dataset: "DatasetContents", _: Chosen) -> Iterator[Finding]:
    """GT504: a label_width above the default, so that its value is explained."""
    most = most_boxes(dataset)
    if (width := label_width(most)) > DEFAULT_LABEL_WIDTH:
        largest_record = dataset.largest_record
        which = (
            f"the image on line {largest_record.line}, {largest_record.source},"
            if largest_record
            else "an image"
        )
        yield Finding.on_file(
            "GT504", f"{which} has {most} boxes, so label_width is {width}", path="label_width"
        )


def label_width(most: int) -> int:
    """The hyperparameter label_width for so many boxes; never below the algorithm's default."""
    return max(DEFAULT_LABEL_WIDTH, label_length(most))


def label_length(boxes: int) -> int:
    """Numbers in the label of an image: five for each box, and a header of two."""
    return _NUMBERS_PER_BOX * boxes + _HEADER


def most_boxes(dataset: "DatasetContents") -> int:
    """Most boxes on one image, over both splits."""
    return int(dataset.statistics.get("most_boxes", 0))


def _learning_rate_steps(chosen: Chosen) -> dict[str, str]:
    """SSD's own steps scaled to the epochs, unless the settings have steps; none for very few epochs."""
    if "lr_scheduler_step" in chosen:
        return {}
    epochs = int(OBJECT_DETECTION.value("epochs", chosen))
    steps = sorted({round(epochs * share) for share in _SSD_STEPS} - {0, epochs})
    return {"lr_scheduler_step": ",".join(map(str, steps))} if steps else {}


OBJECT_DETECTION = Algorithm(
    name="object-detection",
    reads=("groundtruth/object-detection",),
    hyperparameters=HYPERPARAMETERS,
    content_type=lambda _: "application/x-recordio",
    derive=derive,
    conflicts=conflicts,
    contradictions=contradictions,
    fixed_for_incremental=("base_network", "num_classes"),
    objective="validation:mAP",
    inference=Inference(
        "COMPUTER_VISION",
        "OBJECT_DETECTION",
        ("image/jpeg", "image/png", "application/x-image"),
        ("application/json",),
    ),
)
