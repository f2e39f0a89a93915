"""The demonstration's own training image: the settings that name it, and the program that stands for it."""

import sys
from typing import Any, Literal

from groundtrain.training.algorithms.groundtrain_detector import GROUNDTRAIN_DETECTOR
from groundtrain.training.algorithms.registry import repository
from local.sagemaker.programs import Command

Algorithm = Literal["own-image", "object-detection"]
IMAGE = "000000000000.dkr.ecr.eu-west-1.amazonaws.com/street-scenes:1"
PROGRAMS: dict[str, Command] = {IMAGE: (sys.executable, "-m", "local.demo.detector")}
LOSS, PRECISION = "train:loss", "validation:mAP"
MODEST = "this small program is made for drawn scenes; it is no detector for photographs"


_SMALL = {"network": "fcos_small", "input_size": 320, "epochs": 30, "learning_rate": 0.002}
"""Hyperparameters of our detector for drawn scenes on a CPU."""


def settings_of(image: str) -> dict[str, Any]:
    """The tables of a settings file that train with somebody's own image, or with our detector's."""
    if repository(image) == GROUNDTRAIN_DETECTOR.name:
        detector = {"algorithm": GROUNDTRAIN_DETECTOR.name, "hyperparameters": _SMALL}
        return {"training": {**detector, "image_uri": image}}
    return {"training": {"algorithm": "own-image", "image_uri": image}}


def own_image_settings(label: str, num_classes: int) -> dict[str, Any]:
    """The tables of a settings file that train with this image."""
    return {
        "training": {
            **settings_of(IMAGE)["training"],
            "metrics": {LOSS: "train_loss=([0-9.]+)", PRECISION: "validation_map=([0-9.]+)"},
            "hyperparameters": {"label": label, "num_classes": num_classes},
        }
    }
