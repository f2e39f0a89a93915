"""Bounding boxes as a table, one box a row: `key,class,left,top,width,height,image_width,image_height`.

Pixels from the top left corner. An image without objects is a row without class and box.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.labeled_items import NamedBox, Size
from groundtrain.formats.manifest_lines import boxes_metadata, boxes_value, plain_number
from groundtrain.formats.table_rows import Row, TableFormat
from groundtrain.json_text import in_plain_words
from groundtrain.manifest.label_types.boxes.box_record import BoxRecord, ImageSize

_FAR = 1 << 31
_Pixels = Annotated[int, Meta(ge=1, lt=_FAR)]
_Number = Annotated[int, Meta(ge=-_FAR, le=_FAR)] | Annotated[float, Meta(ge=-_FAR, le=_FAR)]
_DEPTH = 3


class _BoxRow(Struct):
    image_width: _Pixels
    image_height: _Pixels
    image_depth: _Pixels = _DEPTH
    name: str | None = field(name="class", default=None)
    left: _Number | None = None
    top: _Number | None = None
    width: _Number | None = None
    height: _Number | None = None


class Boxes(Struct, gc=False):
    """All boxes of an image, and its size: width, height, depth."""

    size: tuple[int, int, int]
    boxes: list[NamedBox]


def gather(rows: Iterable[Row]) -> dict[str, Boxes]:
    """The boxes of each key."""
    labels: dict[str, Boxes] = {}
    for row in rows:
        cells = _box_row(row)
        size = cells.image_width, cells.image_height, cells.image_depth
        label = labels.setdefault(row.key, Boxes(size, []))
        if label.size != size:
            raise ManifestError(
                f"{row.place}: {row.key} is {_words(size)} pixels here and {_words(label.size)} before",
                fix="give every row of an image the same image_width, image_height and image_depth",
            )
        label.boxes += _box(row, cells)
    return labels


def _box_row(row: Row) -> _BoxRow:
    try:
        filled = row.filled()
        if "class" in filled:
            filled["class"] = row.cells["class"]  # a name keeps its spaces
        return msgspec.convert(filled, _BoxRow, strict=False)
    except msgspec.ValidationError as error:
        complaint, _, path = str(error).partition(" - at `$.")
        column = f", column {path.removesuffix('`')}" if path else ""
        raise ManifestError(
            f"{row.place}{column}: {in_plain_words(complaint)}",
            fix="give numbers for left, top, width, height, image_width and image_height, in pixels",
        ) from error


def _box(row: Row, cells: _BoxRow) -> Iterator[NamedBox]:
    sides = [side for side in (cells.left, cells.top, cells.width, cells.height) if side is not None]
    if not sides and cells.name is None:
        return
    if cells.name is None or len(sides) < 4:
        raise ManifestError(
            f"{row.place}: half a box",
            fix="give class, left, top, width and height, or none of them for an image without objects",
        )
    row.refuse_blank(cells.name)
    yield NamedBox(cells.name, *map(plain_number, sides))


def _label(label: Boxes, ids: Mapping[str, int]) -> dict[str, Any]:
    return boxes_value(Size(*label.size), label.boxes, ids)


def _metadata(label: Boxes, ids: Mapping[str, int]) -> dict[str, Any]:
    return boxes_metadata(label.boxes, ids)


def _rows(record: BoxRecord, names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """One row a box; one without class and box where there is none."""
    size = _size(record.label.image_size[0])
    for box in record.label.annotations:
        sides = map(plain_number, (box.left, box.top, box.width, box.height))
        yield (names[str(box.class_id)], *sides, *size)
    if not record.label.annotations:
        yield ("", "", "", "", "", *size)


def _size(size: ImageSize) -> tuple[int, int, int]:
    return size.width, size.height, _DEPTH if size.depth is UNSET else size.depth


def _words(size: tuple[int, int, int]) -> str:
    return " x ".join(map(str, size))


_BOX_COLUMNS = ("class", "left", "top", "width", "height", "image_width", "image_height")
BOXES = TableFormat(
    type="groundtruth/object-detection",
    needs=_BOX_COLUMNS,
    columns=(*_BOX_COLUMNS, "image_depth"),
    gather=gather,
    classes=lambda label: (box.name for box in label.boxes),
    label=_label,
    metadata=_metadata,
    rows=_rows,
)
