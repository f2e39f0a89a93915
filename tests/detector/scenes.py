"""Drawn street scenes with their labels: in memory, or as a manifest with a folder of images and settings."""

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundtrain_detector.channels import Labeled
from local.demo import street_scenes

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/groundtrain-detector:1"
SETTINGS = f"""\
region = "eu-west-1"
[dataset]
validation = 0.2
split = "stratified"
[gate]
min_records = 2
min_records_per_class = 0
classes_in_both_splits = false
[training]
algorithm = "groundtrain-detector"
image_uri = "{IMAGE}"
[training.hyperparameters]
network = "fcos_small"
"""


def scenes(number: int, seed: int = 7) -> list[Labeled]:
    """Images and labels; every fifteenth shows nothing."""
    return [Labeled(image, {"annotations": boxes}) for image, boxes in _drawn(number, seed)]


def write_scenes(folder: Path, number: int, *, seed: int = 7, **hyperparameters: object) -> Path:
    """The same as scenes.manifest, images and dev.toml in a folder."""
    images = folder / "images"
    images.mkdir(parents=True)
    lines = []
    for i, (content, boxes) in enumerate(_drawn(number, seed)):
        (images / f"scene-{i:04}.jpg").write_bytes(content)
        lines.append(json.dumps(_line(f"scene-{i:04}.jpg", boxes)))
    (folder / "scenes.manifest").write_text("\n".join(lines) + "\n", "utf-8")
    chosen = "".join(f"{name} = {json.dumps(value)}\n" for name, value in hyperparameters.items())
    (folder / "dev.toml").write_text(SETTINGS + chosen, "utf-8")
    return folder


def _drawn(number: int, seed: int) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    dice = random.Random(seed)  # noqa: S311 - pictures, not secrets
    for i in range(number):
        boxes = street_scenes._scene(dice, empty=i % 15 == 14)
        content = io.BytesIO()
        street_scenes._draw(boxes, dice).save(content, "JPEG", quality=80)
        names = ("class_id", "left", "top", "width", "height")
        yield content.getvalue(), [{name: getattr(box, name) for name in names} for box in boxes]


def _line(name: str, boxes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "source-ref": f"s3://street-scenes/images/{name}",
        "boxes": {
            "image_size": [{"width": street_scenes.WIDTH, "height": street_scenes.HEIGHT, "depth": 3}],
            "annotations": boxes,
        },
        "boxes-metadata": {
            "objects": [{"confidence": 0} for _ in boxes],
            "class-map": {str(box["class_id"]): street_scenes.CLASSES[box["class_id"]] for box in boxes},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-03-02T09:00:11.250117",
            "job-name": "labeling-job/street-scenes",
        },
    }
