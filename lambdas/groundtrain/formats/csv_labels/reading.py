"""Read the labels of a table: the rows of one image or text may stand anywhere, so all are read first."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.csv_labels.cells import box_of, is_empty, is_marked, sides_in, size_in, split_of
from groundtrain.formats.csv_labels.column_names import parse_columns
from groundtrain.formats.csv_labels.columns import TYPES, Columns, find_columns
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind, NamedBox, Size, Split
from groundtrain.formats.losses import Losses
from groundtrain.formats.table_rows import Row, read_cells
from groundtrain.formats.wrong_file import explained, refuse_binary
from groundtrain.manifest.source import FileManifest
from groundtrain.quantities import quantity, quoted

_EXPECTED = "a table of labels"
_SEPARATORS = b",;\t|"
_LEAST, _MOST = -1, 2


class _Gathered(Struct):
    """What the rows of one image or text say."""

    place: str
    size: Size | None = None
    split: Split | None = None
    boxes: list[NamedBox] = field(default_factory=list)
    classes: dict[str, None] = field(default_factory=dict)


def read_csv(path: Path, exchange: Exchange) -> LabeledItems:
    """The labels of each image or text; see `Format.read`."""
    refuse_binary(path, _EXPECTED)
    table = _Table(path, exchange)
    try:
        table.gather()
    except ManifestError as error:
        raise explained(error, path, _EXPECTED, "csv") from error
    return LabeledItems(table.kind, tuple(table.classes), table.items())


def count_csv(path: Path) -> str:
    """Images or texts, labels and classes in words; see `Format.counted`."""
    table = _Table(path, Exchange(ImageFolder(), Losses()))
    table.gather()
    labels = sum(len(each.boxes) + len(each.classes) for each in table.gathered.values())
    return ", ".join(
        (
            quantity(len(table.gathered), "text" if table.is_text else "image"),
            quantity(
                labels, "box" if table.kind == "boxes" else "label", "boxes" if table.kind == "boxes" else ""
            ),
            quantity(len(table.classes), "class", "classes"),
        )
    )


class _Table:
    """A table that is read into what it says of each image or text.

    Attributes:
        kind, is_text: of its labels.
        gathered: by key or text, in the order in which they come.
        classes: in the order in which they come.
    """

    def __init__(self, path: Path, exchange: Exchange) -> None:
        options = exchange.options
        type_name = options.get("type", "")
        self._path, self._losses, self._images = path, exchange.losses, exchange.images
        self._named = parse_columns(options.get("columns", ""))
        self._type = type_name if type_name in TYPES else ""
        self._class, self._fractions = options.get("class", ""), bool(options.get("fractions"))
        self._columns: dict[frozenset[str], Columns] = {}
        self._largest, self._has_fraction = 0.0, False
        self.kind: LabelKind = "boxes"
        self.is_text = False
        self.gathered: dict[str, _Gathered] = {}
        self.classes: dict[str, None] = {}

    def gather(self) -> None:
        """Read all rows.

        Raises:
            ManifestError: the table, or one of its rows, cannot be used.
        """
        for place, where, cells in read_cells(FileManifest(self._path), _SEPARATORS):
            columns = self._columns.get(frozenset(cells)) or self._find(where, cells)
            self._take(Row(place, self._key(place, columns, cells), cells), columns)
        if not self._columns:
            raise ManifestError(f"{self._path} has no rows below its columns", fix="add one row per label")
        if self._has_fraction and self._largest <= _MOST and not self._fractions:
            raise ManifestError(
                f"{self._path}: every box lies within two pixels, so these may be fractions of the image",
                fix="add --fractions if they are",
            )

    def items(self) -> Iterator[LabeledItem]:
        """What was read, in the order in which images and texts come."""
        for key, each in self.gathered.items():
            yield LabeledItem(
                place=each.place,
                name="" if self.is_text else key,
                text=key if self.is_text else "",
                size=each.size,
                boxes=tuple(each.boxes),
                classes=tuple(each.classes),
                split=each.split,
            )

    def _find(self, where: str, cells: dict[str, object]) -> Columns:
        columns = find_columns(where, list(cells), self._named, self._type, self._class)
        if self._columns and (columns.kind, columns.is_text) != (self.kind, self.is_text):
            raise ManifestError(
                f"{where} has columns of other labels than the rows before",
                fix="give all rows the same columns, or say the type of the labels by --type",
            )
        self.kind, self.is_text = columns.kind, columns.is_text
        self._columns[frozenset(cells)] = columns
        self.classes.update(dict.fromkeys(columns.marks))
        return columns

    def _key(self, place: str, columns: Columns, cells: dict[str, object]) -> str:
        key = cells[columns.key]
        if not isinstance(key, str) or not key:
            raise ManifestError(f"{place}: {columns.key} is empty, or no text", fix="name the image there")
        return key

    def _take(self, row: Row, columns: Columns) -> None:
        each = self.gathered.get(row.key)
        if each is None:
            each = self.gathered[row.key] = _Gathered(row.place)
            self._count_breaks(row.key, row.place)
        if columns.beside:
            for column in columns.beside:
                if not is_empty(row.cells[column]):
                    self._losses.detail(f"the column {quoted(column)}", row.place)
        if columns.split:
            self._take_split(row, columns, each)
        if columns.kind == "boxes":
            self._take_size(row, columns, each)
            self._take_box(row, columns, each)
        else:
            self._take_classes(row, columns, each)

    def _take_split(self, row: Row, columns: Columns, each: _Gathered) -> None:
        cell = row.cells[columns.split]
        split = split_of(cell)
        if split is None and not is_empty(cell):
            self._losses.detail(f"values of {quoted(columns.split)} that are no side", quoted(str(cell)))
        if split and each.split and split != each.split:
            raise ManifestError(
                f"{row.place}: {row.key} is for {split} here, and for {each.split} before",
                fix="put all rows of an image on one side",
            )
        each.split = split or each.split

    def _take_size(self, row: Row, columns: Columns, each: _Gathered) -> None:
        size = size_in(row, columns)
        if size and each.size and size != each.size:
            raise ManifestError(
                f"{row.place}: {row.key} is {size.width} x {size.height} pixels here, and"
                f" {each.size.width} x {each.size.height} before",
                fix="give every row of an image the same size",
            )
        each.size = size or each.size

    def _take_box(self, row: Row, columns: Columns, each: _Gathered) -> None:
        sides = sides_in(row, columns)
        name = self._name(row, columns) or (self._class if sides else "")
        if bool(name) is not bool(sides):
            lacking = "a class without a box" if name else "a box without a class"
            raise ManifestError(
                f"{row.place}: {lacking}",
                fix="fill in class and box, or neither for an image without objects",
            )
        if sides:
            self._refuse_unclear(row, columns, sides)
            each.boxes.append(box_of(name, self._looked_at(row, sides), self._scale(row, each)))
            self._add_class(name, row.place)

    def _add_class(self, name: str, place: str) -> None:
        if name not in self.classes:
            self._count_breaks(name, place)
            self.classes[name] = None

    def _count_breaks(self, text: str, place: str) -> None:
        """Inside of cells, CR LF cannot be told from the ends of the lines."""
        if "\n" in text:
            self._losses.detail("line breaks within cells, read as LF, with CR or without", place)

    def _name(self, row: Row, columns: Columns) -> str:
        name = row.cells[columns.name] if columns.name else None
        if name is not None and not isinstance(name, str):
            raise ManifestError(f"{row.place}: the class is {name!r}", fix="name it by a text")
        if name:
            row.refuse_blank(name)
        return name or ""

    def _refuse_unclear(self, row: Row, columns: Columns, sides: tuple[Decimal | int, ...]) -> None:
        """Beside corners, width and height are the image's, unless they may be the box's as well."""
        if not columns.is_size_unclear or len(self.classes):
            return
        size = size_in(row, columns)
        if size and abs(size.width - float(sides[2])) <= 1 and abs(size.height - float(sides[3])) <= 1:
            width, height = columns.size
            raise ManifestError(
                f"{row.place}: {width} and {height} are those of the box, and may be those of the image",
                fix=f"add --columns image_width={width},image_height={height} if they are the image's, or"
                f" --columns width={width},height={height} if not",
            )

    def _looked_at(self, row: Row, sides: tuple[Decimal | int, ...]) -> tuple[Decimal | int, ...]:
        left, top, width, height = sides
        self._largest = max(self._largest, *map(float, (left, top, left + width, top + height)))
        self._has_fraction = self._has_fraction or any(side != int(side) for side in sides)
        if self._fractions and not all(_LEAST <= side <= _MOST for side in sides):
            raise ManifestError(
                f"{row.place}: a box of {', '.join(map(str, sides))} is not said in fractions of the image",
                fix="leave out --fractions if these are pixels",
            )
        return sides

    def _scale(self, row: Row, each: _Gathered) -> Size | None:
        if not self._fractions:
            return None
        each.size = each.size or self._images.size_of(row.key, row.place)
        return each.size

    def _take_classes(self, row: Row, columns: Columns, each: _Gathered) -> None:
        marked = [column for column in columns.marks if is_marked(row, column)]
        names = marked if columns.marks else list(filter(None, (self._name(row, columns),)))
        if row.place != each.place and (columns.marks or each.classes.keys() & set(names)):
            self._losses.detail("rows that repeat an image or text, and are taken as one with it", row.place)
        each.classes.update(dict.fromkeys(names))
        for name in names:
            self._add_class(name, row.place)
        if self.kind == "class" and len(each.classes) > 1:
            raise ManifestError(
                f"{row.place}: {quoted(row.key)} has the classes {' and '.join(map(quoted, each.classes))}",
                fix=f"keep one of them, or add --type {'text' if self.is_text else 'image'}"
                "-classification-multilabel",
            )
