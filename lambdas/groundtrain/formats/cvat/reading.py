"""Read the boxes of an export, or the tags of its images as classes."""

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from groundtrain.dataset.split.sides import side_named
from groundtrain.errors import ManifestError
from groundtrain.formats.cvat.document import SHAPES, Contents, contents, elements
from groundtrain.formats.format import Exchange
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind, NamedBox, Size, Split
from groundtrain.formats.turned_boxes import around_turned_about_centre, is_turned
from groundtrain.formats.xml_document import XmlElement
from groundtrain.quantities import quantity, quoted

_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\s*")
_LONGEST = 60
_NO_SUBSET = ("", "default")


def read_cvat(path: Path, exchange: Exchange) -> LabeledItems:
    """The boxes of each image, or its tags where there are no boxes; see `Format.read`.

    The file is read once for what it holds, and once for the labels.
    """
    held = contents(path)
    options = exchange.options
    kind = _kind(path, held, tags=bool(options.get("tags")), several=bool(options.get("multilabel")))
    names = held.labels["box" if kind == "boxes" else "tag"]
    return LabeledItems(kind, tuple(names), _Reader(path, kind, held, exchange).items())


def count_cvat(path: Path) -> str:
    """Images, boxes, and whatever else there is, in words; see `Format.counted`."""
    held = contents(path)
    words = [quantity(held.images, "image"), quantity(held.found["box"], "box", "boxes")]
    words += [quantity(held.found["tag"], "tag")] if held.found["tag"] else []
    return ", ".join([*words, *_shapes(held)])


def _shapes(held: Contents) -> Iterator[str]:
    return (quantity(held.found[each], each, SHAPES[each]) for each in SHAPES if held.found[each])


def _kind(path: Path, held: Contents, *, tags: bool, several: bool) -> LabelKind:
    if held.found["box"] and not tags:
        return "boxes"
    if held.found["tag"]:
        return "classes" if several or held.most_tags > 1 else "class"
    there = ", ".join(_shapes(held))
    wanted = "tags" if tags else "boxes and no tags"
    raise ManifestError(
        f"{path} has {quantity(held.images, 'image')}, and no {wanted} on them{there and f', only {there}'}",
        fix="name the export of a task that has boxes, or tags",
    )


class _Reader:
    """Makes items of images."""

    def __init__(self, path: Path, kind: LabelKind, held: Contents, exchange: Exchange) -> None:
        self._path, self._kind, self._held = path, kind, held
        self._losses, self._is_asked = exchange.losses, bool(exchange.options.get("tags"))

    def items(self) -> Iterator[LabeledItem]:
        """An item for each image."""
        for element in elements(self._path):
            if element.name == "image":
                yield self._item(element)

    def _item(self, image: XmlElement) -> LabeledItem:
        place = f"{self._path} line {image.line}"
        name = image.attributes.get("name", "")
        if not name.strip():
            raise ManifestError(f"{place}: <image> has no name", fix="export it from CVAT again")
        wanted, lost = "box" if self._kind == "boxes" else "tag", False
        boxes, classes = list[NamedBox](), dict[str, None]()
        for element in image.children:
            if element.name != wanted:
                lost |= self._count_other(element)
            elif not (label := element.attributes.get("label", "")):
                self._losses.label(f"{element.name} without a label", f"line {element.line}")
                lost = True
            else:
                self._count_details(element, label)
                classes[label] = None
                boxes += [self._box(element, label)] if wanted == "box" else []
        return LabeledItem(
            place=place,
            name=name,
            size=_size(image),
            boxes=tuple(boxes),
            classes=() if wanted == "box" else tuple(classes),
            split=self._split(image),
            is_lost=lost,
        )

    def _box(self, element: XmlElement, label: str) -> NamedBox:
        left, top, right, bottom = (self._number(element, side) for side in ("xtl", "ytl", "xbr", "ybr"))
        box = NamedBox(label, float(left), float(top), float(right - left), float(bottom - top))
        rotation = float(self._number(element, "rotation")) if "rotation" in element.attributes else 0
        if not is_turned(rotation):
            return box
        self._losses.label(
            "turned boxes (rotation), of which the smallest box around is written", f"line {element.line}"
        )
        return around_turned_about_centre(box, rotation)

    def _number(self, element: XmlElement, name: str) -> Decimal:
        """Decimal, so that the difference of two of them has no more digits than they have."""
        text = element.attributes.get(name, "")
        if len(text) <= _LONGEST and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return Decimal(text.strip())
        problem = f"{name} is {quoted(text)}, and no number" if text else f"{name} is missing"
        raise ManifestError(
            f"{self._path} line {element.line}: <{element.name}>: {problem}",
            fix="correct it, or export the file again",
        )

    def _count_other(self, element: XmlElement) -> bool:
        """Count what is not read; whether it is an object that is lost."""
        where = f"line {element.line}"
        if element.name in ("box", "tag"):
            self._losses.detail("boxes" if element.name == "box" else "tags of images", where)
            return False
        what = SHAPES.get(element.name, f"<{element.name}> of images")
        if self._is_asked:
            self._losses.detail(what, where)
        else:
            self._losses.label(what, where)
        return not self._is_asked

    def _count_details(self, element: XmlElement, label: str) -> None:
        where, said = f"line {element.line}", element.attributes
        listed = self._held.labels[element.name]
        if listed and label not in listed:
            self._losses.oddity("labels that the task does not list", f"{where} {label}")
        if element.children:
            self._losses.detail("attributes", where)
        if said.get("occluded", "0") != "0":
            self._losses.detail("that an object is occluded", where)
        if said.get("outside", "0") != "0":
            self._losses.detail("that an object is outside", where)
        if said.get("z_order", "0") != "0":
            self._losses.detail("which object is above which (z_order)", where)
        if "group_id" in said:
            self._losses.detail("groups of objects (group_id)", where)
        if said.get("source", "manual") not in ("manual", "file"):
            self._losses.detail("that a label is not made by hand (source)", where)

    def _split(self, image: XmlElement) -> Split | None:
        subset = image.attributes.get("subset", self._held.subset).strip()
        side = side_named(subset)
        if side is None and subset.lower() not in _NO_SUBSET:
            self._losses.detail("subsets that are no side of a training", subset)
        return side


def _size(image: XmlElement) -> Size | None:
    """None where the file does not say it."""
    width, height = image.attributes.get("width", ""), image.attributes.get("height", "")
    is_size = all(each.isascii() and each.isdigit() and len(each) < 10 for each in (width, height))
    return Size(int(width), int(height)) if is_size and int(width) and int(height) else None
