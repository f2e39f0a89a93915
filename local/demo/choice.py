"""What a person chooses for the demonstration, and what is trained for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from local.demo.demo_settings import Trigger
from local.demo.own_image import MODEST, Algorithm, own_image_settings, settings_of
from local.demo.own_manifest import classes_of_boxes
from local.demo.street_scenes import CLASSES
from local.sagemaker.programs import Command


class Choice(Struct, frozen=True):
    """The options of the demonstration; without a manifest, street scenes are drawn.

    Attributes:
        from_format: the other tool's format that they are labeled in, "" for a manifest.
        algorithm: None trains street scenes with the demonstration's own image, and leaves a manifest to the
            built-in algorithms, which are emulated.
        programs: a program of a person's own by its image, which is then trained with.
    """

    directory: Path
    manifest: Path | None = None
    images: Path | None = None
    label: str | None = None
    trigger: Trigger = "labeling-job"
    from_format: str = ""
    algorithm: Algorithm | None = None
    programs: Mapping[str, Command] = {}
    keep: bool = False


def training_of(choice: Choice, label: str) -> tuple[dict[str, Any], str]:
    """The tables of the settings that say what is trained, and what they say in words; empty for dev.toml's.

    Raises:
        GroundtrainError: the demonstration's own image was asked for, and the labels are no boxes.
    """
    for image in choice.programs:
        return settings_of(image), f"training with {image}"
    if num_classes := _classes_to_learn(choice):
        return own_image_settings(label, num_classes), f"training by an image of its own: {MODEST}"
    return {}, ""


def _classes_to_learn(choice: Choice) -> int:
    """The number of classes for the demonstration's own image; 0 where a built-in algorithm is asked for."""
    if choice.manifest is None:
        return len(CLASSES) if choice.algorithm != "object-detection" else 0
    return classes_of_boxes(choice.manifest, choice.label) if choice.algorithm == "own-image" else 0
