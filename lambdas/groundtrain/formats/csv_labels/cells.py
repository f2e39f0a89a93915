"""The cells of a row, their numbers exactly as they are written: sides come from corners without loss."""

import re
from decimal import Context, Decimal

from groundtrain.dataset.split.sides import side_named
from groundtrain.errors import ManifestError
from groundtrain.formats.csv_labels.columns import Columns
from groundtrain.formats.exact_numbers import exact_number
from groundtrain.formats.labeled_items import NamedBox, Size, Split
from groundtrain.formats.table_rows import Row
from groundtrain.quantities import quoted

FAR = 1 << 31
"""Pixels; a coordinate beyond is a mistake."""
EXACT = Context(prec=400)
"""Digits of any two floats below FAR, added or subtracted."""
_MARKS = {"1": True, "0": False, "1.0": True, "0.0": False, "true": True, "false": False, "": False}


def split_of(cell: object) -> Split | None:
    """The side that a cell names; None where it names none."""
    return side_named(cell) if isinstance(cell, str) else None


def is_empty(cell: object) -> bool:
    """Whether nothing is in it."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_marked(row: Row, column: str) -> bool:
    """Whether the class of a column is there.

    Raises:
        ManifestError: the cell does not say it.
    """
    cell = row.cells[column]
    text = "" if cell is None else str(cell).strip().lower()
    if text not in _MARKS:
        raise ManifestError(
            f"{row.place}: {quoted(column)} is {quoted(text)}",
            fix="write 1 for a class that is there and 0 for one that is not, name a column class, or leave"
            f" this one out by --columns ignore={column}",
        )
    return _MARKS[text]


def number_in(row: Row, column: str) -> Decimal | int:
    """The number in a cell, exactly.

    Raises:
        ManifestError: there is none, or one that is no coordinate.
    """
    cell = row.cells[column]
    if isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) < 10:
        return int(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    value = exact_number(str(cell).strip()) if is_number or isinstance(cell, str) else None
    if value is None or abs(value) > FAR:
        comma = isinstance(cell, str) and re.fullmatch(r"\s*-?[0-9]+,[0-9]+\s*", cell)
        fix = "write its fraction after a point" if comma else "write a number, or leave the whole box empty"
        raise ManifestError(f"{row.place}: {column} is {quoted(str(cell))}", fix=fix)
    return value


def size_in(row: Row, columns: Columns) -> Size | None:
    """The size of the image; None where the row does not say it.

    Raises:
        ManifestError: it says no number of pixels.
    """
    if not columns.size or all(is_empty(row.cells[column]) for column in columns.size[:2]):
        return None
    sides = []
    for column in columns.size:
        if column not in columns.size[:2] and is_empty(row.cells[column]):
            continue
        value = number_in(row, column)
        if value != int(value) or value < 1:
            raise ManifestError(
                f"{row.place}: {column} is {value}, and the size of an image is a whole number of pixels",
                fix="correct it, or leave it empty and add --image-dir DIRECTORY",
            )
        sides.append(int(value))
    return Size(*sides)


def sides_in(row: Row, columns: Columns) -> tuple[Decimal | int, ...]:
    """Left, top, width and height as they are written; nothing where the row has no box.

    Raises:
        ManifestError: it has a part of a box.
    """
    empty = [column for column in columns.sides if is_empty(row.cells[column])]
    if len(empty) == 4:
        return ()
    if empty:
        raise ManifestError(
            f"{row.place}: half a box, without {', '.join(empty)}",
            fix="fill in all columns of the box, or none of them for an image without objects",
        )
    left, top, *others = (number_in(row, column) for column in columns.sides)
    if columns.are_corners:
        right, bottom = others
        others = [_difference(right, left), _difference(bottom, top)]
    return left, top, *others


def box_of(name: str, sides: tuple[Decimal | int, ...], size: Size | None) -> NamedBox:
    """The box in pixels; of fractions where the size of their image is given."""
    if size is not None:
        across = (size.width, size.height, size.width, size.height)
        sides = tuple(EXACT.multiply(Decimal(a), Decimal(b)) for a, b in zip(sides, across, strict=True))
    return NamedBox(name, *(side if isinstance(side, int) else float(side) for side in sides))


def _difference(a: Decimal | int, b: Decimal | int) -> Decimal | int:
    if isinstance(a, int) and isinstance(b, int):
        return a - b
    return EXACT.subtract(Decimal(a), Decimal(b))
