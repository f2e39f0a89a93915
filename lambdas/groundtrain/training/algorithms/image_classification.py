"""SageMaker's built-in Image Classification (ResNet): one class an image, or several.

Source: SageMaker Developer Guide, "Image Classification - MXNet" and its hyperparameters. Ground Truth writes
several classes as a list of ids; the algorithm takes such a list for a row of zeros and ones unless the
content type says `label-format=class-id`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundtrain.rules.findings import Finding
from groundtrain.training.algorithms.algorithm import (
    GPU,
    Algorithm,
    Chosen,
    Inference,
    fitting_batch,
    late_steps,
)
from groundtrain.training.algorithms.hyperparameter import (
    EPOCHS,
    Hyperparameter,
    Number,
    OneOf,
    Switch,
    Text,
    Whole,
)

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

SEVERAL_CLASSES = "groundtruth/image-classification-multilabel"
_PRETRAINED = ("18", "34", "50", "101", "152", "200")
_FOR_SMALL_IMAGES = ("20", "32", "44", "56", "110")

HYPERPARAMETERS = (
    Hyperparameter("num_classes", Whole(), derived=True),
    Hyperparameter("num_training_samples", Whole(), derived=True),
    Hyperparameter("multi_label", Switch("0", "1"), "0"),
    Hyperparameter("use_weighted_loss", Switch("0", "1"), "0"),
    Hyperparameter(
        "image_shape",
        Text(r"\s*[13]\s*(,\s*[1-9][0-9]{0,4}\s*){2}", 'a shape such as "3,224,224"'),
        "3,224,224",
    ),
    Hyperparameter("resize", Whole()),
    Hyperparameter("num_layers", OneOf((*_PRETRAINED, *_FOR_SMALL_IMAGES)), "152"),
    Hyperparameter("use_pretrained_model", Switch("0", "1"), "0"),
    Hyperparameter("mini_batch_size", Whole(), "32"),
    Hyperparameter("epochs", Whole(), "30"),
    Hyperparameter("learning_rate", Number(), "0.1"),
    Hyperparameter("lr_scheduler_step", EPOCHS),
    Hyperparameter("lr_scheduler_factor", Number(), "0.1"),
    Hyperparameter("optimizer", OneOf(("sgd", "adam", "rmsprop", "nag")), "sgd"),
    Hyperparameter("momentum", Number(), "0.9"),
    Hyperparameter("weight_decay", Number(), "0.0001"),
    Hyperparameter("beta_1", Number(), "0.9"),
    Hyperparameter("beta_2", Number(), "0.999"),
    Hyperparameter("eps", Number(), "1e-8"),
    Hyperparameter("gamma", Number(), "0.9"),
    Hyperparameter("augmentation_type", OneOf(("crop", "crop_color", "crop_color_transform"))),
    Hyperparameter("precision_dtype", OneOf(("float32", "float16")), "float32"),
    Hyperparameter("top_k", Whole(2)),
    Hyperparameter("checkpoint_frequency", Whole()),
    Hyperparameter("kv_store", OneOf(("dist_sync", "dist_async"))),
    Hyperparameter("early_stopping", Switch("False", "True"), "False"),
    Hyperparameter("early_stopping_min_epochs", Whole(), "10"),
    Hyperparameter("early_stopping_patience", Whole(), "5"),
    Hyperparameter("early_stopping_tolerance", Number(), "0.0"),
)


def content_type(label_type: str) -> str:
    """The content type; several classes are a list of ids."""
    form = "; label-format=class-id" if label_type == SEVERAL_CLASSES else ""
    return f"application/x-recordio{form}"


def derive(dataset: "DatasetContents", chosen: Chosen) -> dict[str, str]:
    """Counts, multi_label, a batch size that both channels can fill, and a resize that fits image_shape."""
    wanted = IMAGE_CLASSIFICATION.value("mini_batch_size", chosen)
    return {
        "num_classes": str(len(dataset.classes)),
        "num_training_samples": str(dataset.train.records),
        "multi_label": str(int(dataset.type == SEVERAL_CLASSES)),
        "mini_batch_size": fitting_batch(wanted, min(dataset.train.records, dataset.validation.records)),
        "resize": chosen.get("resize", str(usual_resize(_longer_side(chosen)))),
    }


def usual_resize(side: int) -> int:
    """Length of the shorter side before cropping: 256 for the usual 224.

    An image that is smaller than image_shape fails the job; resized, none is.
    """
    return side + -(-side // 7)


def conflicts(chosen: Chosen) -> Iterator[Finding]:
    """Hyperparameters that conflict according to the guide."""
    epochs = IMAGE_CLASSIFICATION.value("epochs", chosen)
    yield from late_steps(chosen, epochs)
    yield from _too_small(chosen)
    yield from _not_pretrained(chosen)
    if int(chosen.get("checkpoint_frequency", 1)) > int(epochs):
        yield Finding.on_file(
            "GT515", f"it is more than the {epochs} epochs; at most {epochs}", path="checkpoint_frequency"
        )


def contradictions(dataset: "DatasetContents", chosen: Chosen) -> Iterator[Finding]:
    """GT509, GT515: settings for another kind of label than the dataset has."""
    several = dataset.type == SEVERAL_CLASSES
    holds = "a list of class ids" if several else "a single class id"
    typed = chosen.get("multi_label")
    if typed is not None and typed != str(int(several)):
        yield Finding.on_file(
            "GT509", f"multi_label is {typed}, and {dataset.label} holds {holds}", path="multi_label"
        )
    if chosen.get("use_weighted_loss") == "1" and not several:
        yield Finding.on_file(
            "GT515",
            f"use_weighted_loss is for several classes an image, and {dataset.label} holds {holds}",
            path="use_weighted_loss",
        )


def _too_small(chosen: Chosen) -> Iterator[Finding]:
    side = _longer_side(chosen)
    if int(chosen.get("resize", side)) < side:
        yield Finding.on_file(
            "GT515",
            f"resize is {chosen['resize']}, less than image_shape; the nearest possible is {side}",
            path="resize",
        )


def _not_pretrained(chosen: Chosen) -> Iterator[Finding]:
    """GT515: pretrained models exist only for some network depths and one image shape."""
    if chosen.get("use_pretrained_model") != "1":
        return
    if (layers := IMAGE_CLASSIFICATION.value("num_layers", chosen)) not in _PRETRAINED:
        nearest = OneOf(_PRETRAINED).nearest(layers)
        yield Finding.on_file(
            "GT515",
            f"there is no pretrained model of {layers} layers; the nearest possible is {nearest}",
            path="num_layers",
        )
    if (shape := _shape(chosen)) != (3, 224, 224):
        yield Finding.on_file(
            "GT515",
            f"pretrained models take images of 3,224,224, and image_shape is {','.join(map(str, shape))}",
            path="image_shape",
        )


def _shape(chosen: Chosen) -> tuple[int, ...]:
    return tuple(map(int, IMAGE_CLASSIFICATION.value("image_shape", chosen).split(",")))


def _longer_side(chosen: Chosen) -> int:
    return max(_shape(chosen)[1:])


IMAGE_CLASSIFICATION = Algorithm(
    name="image-classification",
    reads=("groundtruth/image-classification", "groundtruth/image-classification-multilabel"),
    hyperparameters=HYPERPARAMETERS,
    content_type=content_type,
    derive=derive,
    conflicts=conflicts,
    contradictions=contradictions,
    machines=GPU.on_one_machine(),  # no distributed training from pipes
    fixed_for_incremental=("num_layers", "image_shape", "num_classes", "multi_label"),
    objective="validation:accuracy",
    inference=Inference(
        "COMPUTER_VISION",
        "IMAGE_CLASSIFICATION",
        ("image/jpeg", "image/png", "application/x-image"),
        ("application/json",),
    ),
)
