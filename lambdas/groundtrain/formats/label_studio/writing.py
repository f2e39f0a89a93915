"""Write tasks for Label Studio, with the labels as predictions, which people look at and correct.

"Import pre-annotated data" at labelstud.io: from_name and to_name are those of the labeling configuration;
no two results have one id.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from groundtrain.errors import ManifestError
from groundtrain.formats.format import Exchange
from groundtrain.formats.label_studio.percent import percent_of
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind, NamedBox, NamedSpan, Size
from groundtrain.formats.manifest_lines import plain_number
from groundtrain.output_files import replaced_file

_CONTROLS: dict[LabelKind, str] = {
    "boxes": "label",
    "class": "choice",
    "classes": "choice",
    "entities": "label",
}
"""Names of the controls in Label Studio's own templates."""


def write_label_studio(found: LabeledItems, path: Path, exchange: Exchange) -> None:
    """Write an array of tasks; see `Format.write`."""
    options = exchange.options
    control = options.get("control") or _CONTROLS[found.kind]
    key = "annotations" if options.get("as") == "annotations" else "predictions"
    unused = dict.fromkeys(found.classes)

    def tasks() -> Iterator[dict[str, Any]]:
        for number, item in enumerate(found.items, 1):
            for name in item.names():
                unused.pop(name, None)
            yield _task(item, number, found.kind, control, key)

    _write(tasks(), path)
    for name in unused:
        exchange.losses.detail("classes without labels, which only the labeling configuration lists", name)


def write_tasks(data: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write an array of tasks that nobody has annotated, and of which nothing is predicted.

    Args:
        data: of each task.
        path: of the file.

    Raises:
        SettingsError: the file cannot be written.
    """
    _write(({"data": each} for each in data), path)


def _write(tasks: Iterable[Mapping[str, Any]], path: Path) -> None:
    with replaced_file(path) as file:
        file.write(b"[")
        for number, task in enumerate(tasks):
            file.write((b",\n" if number else b"\n") + msgspec.json.encode(task))
        file.write(b"\n]\n")


def _task(item: LabeledItem, number: int, kind: LabelKind, control: str, key: str) -> dict[str, Any]:
    to_name = "image" if item.name else "text"
    results = [
        {
            "id": f"t{number}r{place}",
            "from_name": control,
            "to_name": to_name,
            **result,
        }
        for place, result in enumerate(_results(item, kind), 1)
    ]
    said = (
        {"result": results} if key == "annotations" else {"model_version": "groundtrain", "result": results}
    )
    data = {to_name: item.name or item.text} | _size_in_data(item, kind)
    return {"data": data, key: [said]}


def _size_in_data(item: LabeledItem, kind: LabelKind) -> dict[str, int]:
    """Else nothing tells it of an image without objects, when the tasks come back."""
    size = _size(item) if kind == "boxes" else None
    return {} if size is None else {"width": size.width, "height": size.height}


def _results(item: LabeledItem, kind: LabelKind) -> Iterator[dict[str, Any]]:
    if kind == "boxes":
        for box in item.boxes:
            yield _rectangle(box, _size(item))
    elif kind == "entities":
        for span in item.spans:
            yield _span(span, item.text)
    elif item.classes:
        yield {"type": "choices", "value": {"choices": list(item.classes)}}


def _size(item: LabeledItem) -> Size:
    if item.size is None:
        raise ManifestError(
            f"{item.place}: the size of the image is unknown", fix="add --image-dir DIRECTORY"
        )
    return item.size


def _rectangle(box: NamedBox, size: Size) -> dict[str, Any]:
    return {
        "type": "rectanglelabels",
        "original_width": size.width,
        "original_height": size.height,
        "image_rotation": 0,
        "value": {
            "x": plain_number(percent_of(box.left, size.width)),
            "y": plain_number(percent_of(box.top, size.height)),
            "width": plain_number(percent_of(box.width, size.width)),
            "height": plain_number(percent_of(box.height, size.height)),
            "rotation": 0,
            "rectanglelabels": [box.name],
        },
    }


def _span(span: NamedSpan, text: str) -> dict[str, Any]:
    return {
        "type": "labels",
        "value": {
            "start": span.start,
            "end": span.end,
            "text": text[span.start : span.end],
            "labels": [span.name],
        },
    }
