"""Our own detector of boxes, `containers/detector/`: PyTorch's networks, trained from the pipe.

The image is built from this repository and named by image_uri. Its program reads this same table.
"""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding
from groundtrain.training.algorithms.algorithm import Algorithm, Chosen, Inference, InstanceRequirements
from groundtrain.training.algorithms.hyperparameter import (
    Hyperparameter,
    Number,
    OneOf,
    Switch,
    Text,
    Whole,
)

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

NAME: Final = "groundtrain-detector"
NETWORKS = (
    "fcos_small",
    "fcos_resnet18_fpn",
    "fcos_resnet50_fpn",
    "retinanet_resnet50_fpn_v2",
    "fasterrcnn_resnet50_fpn_v2",
    "ssdlite320_mobilenet_v3_large",
)
CLASS_NAMES = ("class_names", *(f"class_names_{number}" for number in range(2, 9)))
"""Hyperparameters that hold the names of the classes, one after the other."""
IMAGE_TYPES = ("image/jpeg", "image/png", "application/x-image")
"""Content types that the container takes when it serves."""
_LONGEST_VALUE = 2500  # SageMaker API reference, HyperParameterValue
_ON_OFF = Switch("False", "True")
_SERVED_ON = (
    *("ml.g5.xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge", "ml.g4dn.2xlarge"),
    *("ml.c5.xlarge", "ml.c5.2xlarge", "ml.m5.large", "ml.m5.xlarge"),
)

HYPERPARAMETERS = (
    Hyperparameter("label_attribute", Text(r".{1,256}", "a label attribute"), derived=True),
    Hyperparameter("num_classes", Whole(1, 10_000), derived=True),
    Hyperparameter("num_training_samples", Whole(), derived=True),
    *(Hyperparameter(name, Text(r".{1,2500}", "names as JSON"), derived=True) for name in CLASS_NAMES),
    Hyperparameter("network", OneOf(NETWORKS), "fcos_resnet18_fpn"),
    Hyperparameter("use_pretrained_model", _ON_OFF, "False"),
    Hyperparameter("input_size", Whole(32, 4096), "640"),
    Hyperparameter("batch_size", Whole(1, 1024), "8"),
    Hyperparameter("epochs", Whole(1, 10_000), "50"),
    Hyperparameter("learning_rate", Number(open_low=True), "0.0005"),
    Hyperparameter("weight_decay", Number(open_high=True), "0.0001"),
    Hyperparameter("flip", _ON_OFF, "True"),
    Hyperparameter("zoom", Number(0, 0.9), "0.2"),
    Hyperparameter("brightness", Number(0, 0.9), "0.2"),
    Hyperparameter("early_stopping", _ON_OFF, "False"),
    Hyperparameter("early_stopping_patience", Whole(), "10"),
    Hyperparameter("mixed_precision", _ON_OFF, "True"),
    Hyperparameter(
        "decode_workers", Text(r"auto|[0-9]|[1-9][0-9]", "auto, or a number from 0 to 99"), "auto"
    ),
    Hyperparameter("seed", Whole(0, 2**31 - 1), "1"),
)

METRICS = {
    "train:loss": "train_loss=([0-9.]+)",
    "validation:mAP": "validation_map=([0-9.]+)",
    "validation:mAP_50_95": "validation_map_50_95=([0-9.]+)",
}
"""Expressions that find metrics in what the program prints: mAP at an overlap of 0.5, and of 0.5 to 0.95."""


def derive(dataset: "DatasetContents", _: Chosen) -> dict[str, str]:
    """Which attribute to learn from, counts, and the classes' names where they fit."""
    return {
        "label_attribute": dataset.label,
        "num_classes": str(len(dataset.classes)),
        "num_training_samples": str(dataset.train.records),
        **class_name_values(dataset.classes),
    }


def class_name_values(classes: Sequence[str]) -> dict[str, str]:
    """The names as JSON lists, in as many hyperparameters as are needed; {} where they do not fit in all."""
    lists = list(_lists(classes))
    if len(lists) > len(CLASS_NAMES) or any(_length(text) > _LONGEST_VALUE for text in lists):
        return {}
    return dict(zip(CLASS_NAMES, lists, strict=False))


def _lists(classes: Sequence[str]) -> Iterator[str]:
    names, length = list[str](), 0
    for name in map(_json_text, classes):
        more = len(", ") + _length(name)  # the first has no comma before it, and the list has brackets
        if names and length + more > _LONGEST_VALUE:
            yield f"[{', '.join(names)}]"
            names, length = [], 0
        names.append(name)
        length += more
    if names:
        yield f"[{', '.join(names)}]"


def _json_text(name: str) -> str:
    """The name with its own characters, but for those that may end a line or cannot be encoded."""
    text = json.dumps(name, ensure_ascii=False)
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def _length(text: str) -> int:
    """Units of UTF-16, as Java counts a text: two for a character beyond the first 65,536."""
    return len(text.encode("utf-16-le")) // 2


def _without_names(dataset: "DatasetContents", _: Chosen) -> Iterator[Finding]:
    """GT520."""
    if dataset.classes and not class_name_values(dataset.classes):
        yield Finding.on_file(
            "GT520",
            f"the names of the {quantity(len(dataset.classes), 'class', 'classes')} do not fit into"
            f" {len(CLASS_NAMES)} hyperparameters of {_LONGEST_VALUE:,} characters, so the model has numbers"
            " instead of names",
            path=CLASS_NAMES[0],
        )


GROUNDTRAIN_DETECTOR = Algorithm(
    name=NAME,
    reads=("groundtruth/object-detection",),
    hyperparameters=HYPERPARAMETERS,
    content_type=lambda _: "application/x-recordio",
    derive=derive,
    contradictions=_without_names,
    machines=InstanceRequirements(
        processor="any", families=(), usual=("ml.g5.2xlarge", "ml.g4dn.2xlarge"), most=1
    ),
    fixed_for_incremental=("network", "num_classes"),
    objective="validation:mAP",
    metrics=METRICS,
    inference=Inference(
        "COMPUTER_VISION",
        "OBJECT_DETECTION",
        IMAGE_TYPES,
        ("application/json",),
        _SERVED_ON,
    ),
)
