"""MXNet lists (.lst): a number, labels and the path of an image on each line, with tabs between.

MXNet, im2rec and "Image Detection Iterator": one label is a class id. A label of objects begins with the
length of its header and that of each object, as in 4 5 640 480, and has objects as id, left, top, right and
bottom in fractions of the image; GluonCV puts width and height of the image into the header. SageMaker's
image classification takes a column of 0 or 1 for each class where an image has several.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.exact_numbers import EXACT, exact_number
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind, NamedBox, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.text_lines import text_lines
from groundtrain.formats.wrong_file import explained
from groundtrain.quantities import quantity, quoted

_EXPECTED = "an MXNet list (.lst)"
_AS_A_LINE = "write a number, the class id or the label of the objects, and the path, with tabs between"
_MOST = 2  # a fraction beyond is none
_PADDING = -1


class _Line(Struct):
    place: str
    name: str
    values: list[Decimal]

    def objects(self) -> Iterator[list[Decimal]]:
        """Of a label of objects, each object but padding."""
        header, width = int(self.values[0]), int(self.values[1])
        for at in range(header, len(self.values), width):
            if self.values[at] != _PADDING:
                yield self.values[at : at + width]

    def ids(self, kind: LabelKind) -> Iterator[Decimal]:
        """The class ids that it names, or whose columns it has."""
        if kind == "boxes":
            yield from (each[0] for each in self.objects())
        elif kind == "class":
            yield self.values[0]
        else:
            yield from (Decimal(number) for number in range(len(self.values)))


def read_lst(path: Path, exchange: Exchange) -> LabeledItems:
    """The labels of each image; see `Format.read`. The file is read once for its ids, and once for them."""
    try:
        kind, ids = _survey(path)
    except ManifestError as error:
        raise explained(error, path, _EXPECTED, "lst") from error
    names = dict(enumerate(exchange.categories)) or {number: str(number) for number in sorted(ids)}
    for number in sorted(ids - names.keys()):
        raise ManifestError(
            f"{ids[number]}: the class id {number}, and the label category file has"
            f" {quantity(len(names), 'class', 'classes')}, from id 0",
            fix="name the label category file with all classes, in the order of their ids",
        )
    if not exchange.categories:
        for number in sorted(ids):
            exchange.losses.oddity(
                "classes that are called by their ids, unless --category-file names them", str(number)
            )
    return LabeledItems(kind, tuple(names.values()), _items(path, kind, names, exchange))


def count_lst(path: Path) -> str:
    """Images and classes in words; see `Format.counted`."""
    found = read_lst(path, Exchange(ImageFolder(), Losses()))
    images = sum(1 for _ in _lines(path))
    return f"{quantity(images, 'image')}, {quantity(len(found.classes), 'class', 'classes')}"


def _lines(path: Path) -> Iterator[_Line]:
    for place, text in text_lines(path, _EXPECTED):
        number, *labels = text.split("\t")
        if len(labels) < 2 or exact_number(number.strip()) is None:
            raise ManifestError(f"{place} is no line of a list: {quoted(text)}", fix=_AS_A_LINE)
        name = labels.pop()
        values = [exact_number(label.strip()) for label in labels]
        if None in values or not name:
            at = labels[values.index(None)] if None in values else ""
            raise ManifestError(
                f"{place}: {quoted(at)} is {'no number' if name else 'no path'}", fix=_AS_A_LINE
            )
        yield _Line(place, name, [value for value in values if value is not None])


def _survey(path: Path) -> tuple[LabelKind, dict[int, str]]:
    """The kind of the labels, and the class ids with the place that has each first."""
    kind: LabelKind | None = None
    columns = 0
    ids: dict[int, str] = {}
    for line in _lines(path):
        if kind is None:
            kind, columns = _kind(line), len(line.values)
        if _kind(line) != kind or (kind == "classes" and len(line.values) != columns):
            raise ManifestError(
                f"{line.place} has a label of another kind than the lines before", fix=_AS_A_LINE
            )
        for number in line.ids(kind):
            if number != int(number) or number < 0:
                raise ManifestError(f"{line.place}: {number} is no class id", fix="class ids are 0, 1, 2 …")
            ids.setdefault(int(number), line.place)
    if kind is None:
        raise ManifestError(f"{path} has no lines", fix=_AS_A_LINE)
    return kind, ids


def _kind(line: _Line) -> LabelKind:
    """What the label can be; the length of a header is 2 at least, so that 0 and 1 begin none.

    Raises:
        ManifestError: it can be nothing.
    """
    values = line.values
    if len(values) == 1:
        return "class"
    if all(value in (0, 1) for value in values):
        return "classes"
    header, width = values[0], values[1]
    is_whole = header == int(header) and width == int(width)
    if (
        is_whole
        and header >= 2
        and width >= 5
        and len(values) >= header
        and not (len(values) - header) % width
    ):
        return "boxes"
    raise ManifestError(
        f"{line.place}: {quantity(len(values), 'number')} are neither a class id, nor 0 or 1 for each class,"
        " nor a label of objects (length of its header, numbers of each object, objects)",
        fix=_AS_A_LINE,
    )


def _items(path: Path, kind: LabelKind, names: dict[int, str], exchange: Exchange) -> Iterator[LabeledItem]:
    for line in _lines(path):
        if kind == "boxes":
            yield _with_boxes(line, names, exchange)
        else:
            marked = line.values if kind == "class" else _marked(line.values)
            classes = tuple(names[int(number)] for number in marked)
            yield LabeledItem(place=line.place, name=line.name, classes=classes)


def _marked(values: Sequence[Decimal]) -> list[Decimal]:
    return [Decimal(number) for number, value in enumerate(values) if value]


def _with_boxes(line: _Line, names: dict[int, str], exchange: Exchange) -> LabeledItem:
    size = _size(line) or exchange.images.size_of(line.name, line.place)
    boxes = []
    for number, *sides in line.objects():
        if not all(abs(side) <= _MOST for side in sides[:4]):
            raise ManifestError(
                f"{line.place}: a box of {', '.join(map(str, sides[:4]))} is not said in fractions of the"
                " image",
                fix="divide left and right by the image's width, top and bottom by its height",
            )
        if len(sides) > 4:
            exchange.losses.detail("further numbers of objects, behind their boxes", line.place)
        boxes.append(_box(names[int(number)], sides, size))
    return LabeledItem(place=line.place, name=line.name, size=size, boxes=tuple(boxes))


def _size(line: _Line) -> Size | None:
    """As GluonCV has it: behind the two lengths."""
    if line.values[0] != 4:
        return None
    width, height = line.values[2:4]
    is_size = width == int(width) and height == int(height) and width >= 1 and height >= 1
    return Size(int(width), int(height)) if is_size else None


def _box(name: str, sides: list[Decimal], size: Size) -> NamedBox:
    across = (size.width, size.height, size.width, size.height)
    left, top, right, bottom = (EXACT.multiply(a, Decimal(b)) for a, b in zip(sides[:4], across, strict=True))
    width, height = EXACT.subtract(right, left), EXACT.subtract(bottom, top)
    return NamedBox(name, float(left), float(top), float(width), float(height))


LST = Format(
    name="lst",
    title="an MXNet list",
    source="an MXNet list (.lst), with a class, a 0 or 1 for each class, or objects on each line",
    kinds=("boxes", "class", "classes"),
    read=read_lst,
    counted=count_lst,
)
