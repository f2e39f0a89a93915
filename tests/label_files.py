"""One small file or folder of labels in each format that is imported, for tests that go through all of them.

Each is written by another hand than the format's own writer: in the words of its documentation.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def coco(*boxes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A COCO document with two images, one of them without objects."""
    return {
        "info": {"year": 2026},
        "images": [
            {"id": 1, "file_name": "a.jpg", "width": 640, "height": 480},
            {"id": 2, "file_name": "b.jpg", "width": 640, "height": 480},
        ],
        "annotations": [
            {"id": number, "image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40], "iscrowd": 0, **box}
            for number, box in enumerate(boxes or ({},), 1)
        ],
        "categories": [{"id": 1, "name": "car", "supercategory": "vehicle"}],
        **more,
    }


def write_coco(path: Path, image: str, name: str) -> None:
    """A file in which one image has one box."""
    images = [{"id": 1, "file_name": image, "width": 640, "height": 480}]
    path.write_text(json.dumps(coco(images=images, categories=[{"id": 1, "name": name}])))


def rectangle(name: str = "car", **more: Any) -> dict[str, Any]:
    """A result as Label Studio documents it for RectangleLabels; `value` and other keys replace its own."""
    value = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": [name]}
    return {
        "id": "Dx_aB91ISN",
        "from_name": "label",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": 640,
        "original_height": 480,
        "image_rotation": 0,
        **more,
        "value": value | more.get("value", {}),
    }


def task(*results: dict[str, Any], image: str = "a.jpg", number: int = 1, **more: Any) -> dict[str, Any]:
    """A task of Label Studio with one annotation; other keys replace its own."""
    return {
        "id": number,
        "annotations": [
            {
                "id": 1000 + number,
                "completed_by": 10,
                "result": list(results),
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": "2021-03-09T22:16:08.728353Z",
                "updated_at": "2021-03-09T22:16:08.728378Z",
                "lead_time": 4.288,
            }
        ],
        "predictions": [],
        "data": {"image": image},
        "project": 83,
        **more,
    }


def write_label_studio(path: Path, image: str, name: str) -> None:
    """An export of one task with one rectangle."""
    path.write_text(json.dumps([task(rectangle(name), image=image)]))


LABEL_FILES: dict[str, Callable[[Path, str, str], None]] = {
    "coco": write_coco,
    "label-studio": write_label_studio,
}
"""Writes to a path labels of one image, by the names of the image and of its only class; by format."""
