"""Write a COCO file: ids from 1, as its own files have them, and categories in the order of the classes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from groundtrain.errors import ManifestError
from groundtrain.formats.format import Exchange
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems
from groundtrain.formats.manifest_lines import plain_number
from groundtrain.output_files import replaced_file

_encode = msgspec.json.encode


def write_coco(found: LabeledItems, path: Path, _: Exchange) -> None:
    """Write images, annotations and categories; see `Format.write`."""
    with replaced_file(path) as file:
        _write(found, file)


def _write(found: LabeledItems, file: BinaryIO) -> None:
    """Annotations are written as they come, images and categories after them."""
    ids = {name: number for number, name in enumerate(found.classes, 1)}
    images: list[bytes] = []
    annotations = 0
    file.write(b'{"info":{},"licenses":[],"annotations":[')
    for item in found.items:
        images.append(_encode(_image(item, len(images) + 1)))
        for annotation in _annotations(item, len(images), ids):
            annotations += 1
            annotation["id"] = annotations
            file.write((b"," if annotations > 1 else b"") + b"\n" + _encode(annotation))
    categories = (_encode({"id": number, "name": name}) for name, number in ids.items())
    file.write(b'],\n"images":[\n' + b",\n".join(images))
    file.write(b'],\n"categories":[\n' + b",\n".join(categories) + b"]}\n")


def _image(item: LabeledItem, number: int) -> dict[str, Any]:
    if item.size is None:
        raise ManifestError(
            f"{item.place}: the size of the image is unknown", fix="add --image-dir DIRECTORY"
        )
    return {"id": number, "file_name": item.name, "width": item.size.width, "height": item.size.height}


def _annotations(item: LabeledItem, image: int, ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Readers ask for area and iscrowd of each object; there are no masks."""
    for box in item.boxes:
        yield {
            "id": 0,
            "image_id": image,
            "category_id": ids.setdefault(box.name, len(ids) + 1),
            "bbox": [plain_number(side) for side in (box.left, box.top, box.width, box.height)],
            "area": plain_number(box.width * box.height),
            "iscrowd": 0,
            "segmentation": [],
        }
