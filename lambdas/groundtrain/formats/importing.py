"""Write an augmented manifest of labels in any format that is read into `LabeledItems`."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from msgspec import Struct

from groundtrain.dataset.outputs import LineWriter
from groundtrain.dataset.split.sides import SPLIT_ATTRIBUTE
from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_addresses import ImageAddresses
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.manifest_lines import ClassIds, Origin, label_of, labeled_line, type_of
from groundtrain.manifest.classes.class_spellings import similar_names
from groundtrain.manifest.classes.name_positions import class_positions, distinct
from groundtrain.manifest.label_attributes.attribute_names import refuse_label_name
from groundtrain.output_files import replaced_file
from groundtrain.printable_text import is_blank
from groundtrain.quantities import quoted
from groundtrain.record_keys import SOURCE, SOURCE_REF

_FAR = 1 << 31


class ImportedLabels(Struct, frozen=True):
    """An augmented manifest that was written.

    Attributes:
        records: number of lines.
        without_objects: of those, the images without any box, which are negatives.
        classes: in the order of their ids.
        splits: records by the side that the format assigns them to; none where it knows no sides.
        similar_names: names of classes that differ in spelling only; they stay classes of their own.
    """

    label: str
    type: str
    records: int
    without_objects: int
    classes: tuple[str, ...]
    splits: dict[str, int]
    similar_names: tuple[tuple[str, ...], ...]


def import_labels(
    found: LabeledItems,
    exchange: Exchange,
    origin: Origin,
    output: Path,
    *,
    prefix: str = "",
    categories: Sequence[str] = (),
) -> ImportedLabels:
    """Write a line for each item, in their order.

    Args:
        found: what was read.
        exchange: what reading left out is counted there, and so is what is left out here.
        origin: metadata to write.
        output: the manifest.
        prefix: s3://bucket/folder/ before the names of images; names that are addresses need none.
        categories: all classes in the order of their ids; those of the format otherwise.

    Raises:
        ManifestError: there are no items, a class is not one of the categories, the name of an image cannot
            become an address, or its size is unknown.
        LabelAttributeError: the name of the label attribute is not allowed.
        SettingsError: the file cannot be written.
    """
    refuse_label_name(origin.label, by_reference=False)
    if origin.label == SPLIT_ATTRIBUTE:
        raise LabelAttributeError(
            f"the attribute {SPLIT_ATTRIBUTE} holds the sides", fix="choose another name"
        )
    if found.kind == "entities" and not (found.classes or categories):
        found = _with_classes(found)
    lines = _Lines(found, exchange, origin, ImageAddresses(prefix, exchange.losses), categories)
    with replaced_file(output) as file:
        writer = LineWriter(file)
        for item in found.items:
            if line := lines.line(item):
                writer.write(line)
        writer.flush()
        if not writer.records:
            raise _nothing(exchange.losses)
    return lines.imported(writer.records)


def _nothing(losses: Losses) -> ManifestError:
    counts = losses.labels or losses.details
    reasons = ", ".join(
        f"{what}: {counted.count:,}, {counted.examples[0]}" for what, counted in counts.items()
    )
    return ManifestError(
        f"there is nothing to write{': ' if reasons else ''}{reasons}",
        fix="correct what is named" if reasons else "name a file or folder that holds labels",
    )


def _with_classes(found: LabeledItems) -> LabeledItems:
    """With all classes, which each line of entities lists."""
    items = list(found.items)
    return LabeledItems(found.kind, tuple(dict.fromkeys(n for item in items for n in item.names())), items)


class _Lines:
    """Makes the lines, and counts what they are about."""

    def __init__(
        self,
        found: LabeledItems,
        exchange: Exchange,
        origin: Origin,
        addresses: ImageAddresses,
        categories: Sequence[str],
    ) -> None:
        self._kind, self._exchange, self._origin, self._addresses = found.kind, exchange, origin, addresses
        self._is_closed = bool(categories)
        self._found = {} if categories else {name: i for i, name in enumerate(dict.fromkeys(found.classes))}
        self._ids: ClassIds = class_positions(distinct(tuple(categories))) if categories else self._found
        for name in self._ids:
            _refuse_blank(name, "the list of classes")
        self._type, self._without_objects, self._splits = "", 0, dict[str, int]()

    def line(self, item: LabeledItem) -> bytes:
        """The line of an item; b"" where it is left out, and counted."""
        losses = self._exchange.losses
        is_text = not item.name
        if item.is_lost and not any(True for _ in item.names()):
            losses.label("images and texts all of whose labels are left out", item.name or item.place)
            return b""
        if self._kind == "class" and not item.classes:
            losses.label("images and texts without a class", item.name or item.place)
            return b""
        for name in item.names():
            self._number(name, item.place)
        self._type = self._type or type_of(self._kind, is_text=is_text)
        source = (SOURCE, item.text) if is_text else (SOURCE_REF, self._addresses.address(item))
        besides = {SPLIT_ATTRIBUTE: item.split} if item.split else {}
        value = label_of(item, self._kind, self._size(item), self._ids)
        if item.split:
            self._splits[item.split] = self._splits.get(item.split, 0) + 1
        self._without_objects += self._kind == "boxes" and not item.boxes
        return labeled_line(self._origin, source, self._type, value, besides)

    def imported(self, records: int) -> ImportedLabels:
        """What was written."""
        return ImportedLabels(
            label=self._origin.label,
            type=self._type,
            records=records,
            without_objects=self._without_objects,
            classes=tuple(self._ids),
            splits=self._splits,
            similar_names=tuple(similar_names(self._ids)),
        )

    def _number(self, name: str, place: str) -> None:
        if name in self._ids:
            return
        if self._is_closed:
            raise ManifestError(
                f"{place}: the class {quoted(name)} is not in the label category file",
                fix="correct its name, or add it to the label category file",
            )
        _refuse_blank(name, place)
        self._found[name] = len(self._found)

    def _size(self, item: LabeledItem) -> Size | None:
        images = self._exchange.images
        if item.name:
            images.look_for(item.name)
        if self._kind != "boxes":
            return None
        size = item.size or images.size_of(item.name, item.place)
        for box in item.boxes:
            _look_at(box, size, item.place, self._exchange.losses)
        return size


def _look_at(box: NamedBox, size: Size, place: str, losses: Losses) -> None:
    """Count boxes that groundtrain check will have something to say about; they are carried as they are.

    Raises:
        ManifestError: a number is infinite, or none.
    """
    right, bottom = box.left + box.width, box.top + box.height
    if not (isfinite(right) and isfinite(bottom)):
        raise ManifestError(
            f"{place}: a box has a number that is infinite, or too large", fix="correct the box"
        )
    if box.width <= 0 or box.height <= 0:
        losses.oddity("boxes without width or height, or with negative ones, kept as they are", place)
    elif box.left < 0 or box.top < 0 or right > size.width or bottom > size.height:
        losses.oddity("boxes that reach beyond their image, kept as they are", place)


def _refuse_blank(name: str, place: str) -> None:
    if is_blank(name):
        raise ManifestError(f"{place}: a class has no visible character", fix="name it")
