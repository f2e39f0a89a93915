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


LABEL_FILES: dict[str, Callable[[Path, str, str], None]] = {"coco": write_coco}
"""Writes to a path labels of one image, by the names of the image and of its only class; by format."""
