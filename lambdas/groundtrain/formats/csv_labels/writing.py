"""Write labels as a table, one box or class a row; an image without any is a row without them."""

from collections.abc import Iterator
from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.formats.csv_labels.cells import EXACT
from groundtrain.formats.exact_numbers import exact, plain
from groundtrain.formats.format import Exchange
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox
from groundtrain.formats.manifest_lines import plain_number
from groundtrain.formats.table_rows import row_writer
from groundtrain.output_files import replaced_file

_SIZES = ("left", "top", "width", "height")
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_IMAGE = ("image_width", "image_height", "image_depth")
_Cells = tuple[object, ...]


def write_csv(found: LabeledItems, path: Path, exchange: Exchange) -> None:
    """Write a table, JSON Lines where the name ends in .jsonl; see `Format.write`."""
    corners = bool(exchange.options.get("corners"))
    columns: tuple[str, ...] = ("class", "split")
    if found.kind == "boxes":
        columns = ("class", *(_CORNERS if corners else _SIZES), *_IMAGE, "split")
    items = iter(found.items)
    first = next(items, None)
    key_column = "text" if first is not None and first.text else "key"
    named: set[str] = set()
    with replaced_file(path) as file:
        writer = row_writer(file, path.suffix, columns, key_column)
        for item in () if first is None else (first, *items):
            named.update(item.names())
            for cells in _box_rows(item, corners=corners) if found.kind == "boxes" else _class_rows(item):
                writer.write(item.name or item.text, (*cells, item.split or ""))
    for name in found.classes:
        if name not in named:
            exchange.losses.detail("classes without labels, which no row names", name)
    for text in writer.formulas.examples:
        exchange.losses.oddity("cells that a spreadsheet program takes for formulas", text)


def _class_rows(item: LabeledItem) -> Iterator[_Cells]:
    yield from ((name,) for name in item.classes or ("",))


def _box_rows(item: LabeledItem, *, corners: bool) -> Iterator[_Cells]:
    if item.size is None:
        raise ManifestError(
            f"{item.place}: the size of the image is unknown", fix="add --image-dir DIRECTORY"
        )
    size = (item.size.width, item.size.height, item.size.depth)
    for box in item.boxes:
        yield (box.name, *(_corners(box) if corners else _sides(box)), *size)
    if not item.boxes:
        yield ("", "", "", "", "", *size)


def _sides(box: NamedBox) -> Iterator[object]:
    yield from map(plain_number, (box.left, box.top, box.width, box.height))


def _corners(box: NamedBox) -> Iterator[object]:
    """Right and bottom with all their digits, so that width and height come back as they were."""
    yield from (plain_number(box.left), plain_number(box.top))
    yield from (_sum(box.left, box.width), _sum(box.top, box.height))


def _sum(a: float, b: float) -> str:
    return plain(EXACT.add(exact(a), exact(b)))
