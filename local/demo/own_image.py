"""The demonstration's own training image: the settings that name it, and the program that stands for it."""

import sys
from typing import Any, Literal

from local.sagemaker.programs import Command

Algorithm = Literal["own-image", "object-detection"]
IMAGE = "000000000000.dkr.ecr.eu-west-1.amazonaws.com/street-scenes:1"
PROGRAMS: dict[str, Command] = {IMAGE: (sys.executable, "-m", "local.demo.detector")}
LOSS, PRECISION = "train:loss", "validation:mAP"
MODEST = "this small program is made for drawn scenes; it is no detector for photographs"


def settings_of(image: str) -> dict[str, Any]:
    """The tables of a settings file that train with somebody's own image."""
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
