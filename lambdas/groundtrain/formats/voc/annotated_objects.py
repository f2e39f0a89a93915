"""The objects of an annotation: corners of a box, a class, and what is said beside them."""

import math
from decimal import Decimal

from msgspec import Struct

from groundtrain.formats.exact_numbers import EXACT, exact_number
from groundtrain.formats.labeled_items import NamedBox
from groundtrain.formats.losses import Losses
from groundtrain.formats.turned_boxes import around_turned_about_centre
from groundtrain.formats.xml_document import XmlElement
from groundtrain.printable_text import is_blank

CORNERS = ("xmin", "ymin", "xmax", "ymax")
_TURNED = ("cx", "cy", "w", "h", "angle")
_BESIDE = {
    "difficult": "that an object is difficult",
    "truncated": "that an object is truncated",
    "occluded": "that an object is occluded",
    "pose": "poses",
    "part": "parts of objects",
    "parts": "parts of objects",
    "polygon": "polygons of objects",
    "point": "points of objects",
    "actions": "actions of people",
    "attributes": "attributes",
}
_SAYS_NOTHING = ("", "0", "false", "unspecified", "none")
_READ = ("name", "bndbox", "robndbox", "type", "id", "deleted")


def without_layout(text: str) -> str:
    """Text of an element without the lines and indentation that some tools put around it."""
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return inner if "\n" in before + after else text


class AnnotatedObjects(Struct, frozen=True):
    """How objects are read.

    Attributes:
        one_based: whether pixels count from 1, and the last one is in the box.
    """

    one_based: bool
    losses: Losses

    def boxes(self, annotation: XmlElement, file: str) -> tuple[tuple[NamedBox, ...], bool]:
        """The boxes of an annotation, and whether objects of it are left out; `file` is for messages."""
        found = [self._box(each, f"{file} line {each.line}") for each in annotation.all("object")]
        boxes = tuple(box for box in found if box is not None)
        return boxes, len(boxes) < len(found)

    def _box(self, element: XmlElement, place: str) -> NamedBox | None:
        """The box of an object; None where it is left out, and counted."""
        self._count_details(element, place)
        name = element.first("name")
        if name is None or is_blank(name.text):
            self.losses.label("objects without a class", place)
            return None
        for key, read in (("bndbox", self._of_corners), ("robndbox", self._around_turned)):
            if (box := element.first(key)) is not None:
                numbers = [exact_number(box.text_of(side).strip()) for side in _SIDES[key]]
                known = [number for number in numbers if number is not None]
                if len(known) == len(numbers):
                    return read(without_layout(name.text), known, place)
                self.losses.label("boxes with a side that is missing, or no number", place)
                return None
        self.losses.label("objects without a box", place)
        return None

    def _of_corners(self, name: str, corners: list[Decimal], _: str) -> NamedBox:
        left, top, right, bottom = corners
        more = Decimal(1 if self.one_based else 0)
        return NamedBox(
            name,
            float(EXACT.subtract(left, more)),
            float(EXACT.subtract(top, more)),
            float(EXACT.add(EXACT.subtract(right, left), more)),
            float(EXACT.add(EXACT.subtract(bottom, top), more)),
        )

    def _around_turned(self, name: str, numbers: list[Decimal], place: str) -> NamedBox:
        """The box around one that roLabelImg turned, by an angle in radians."""
        self.losses.label("turned boxes (robndbox), of which the smallest box around is written", place)
        across, down, width, height, angle = map(float, numbers)
        lying = NamedBox(name, across - width / 2, down - height / 2, width, height)
        return around_turned_about_centre(lying, math.degrees(angle))

    def _count_details(self, element: XmlElement, place: str) -> None:
        for child in element.children:
            what = _BESIDE.get(child.name)
            if what and (child.children or child.text.strip().lower() not in _SAYS_NOTHING):
                self.losses.detail(what, place)
            elif what is None and child.name not in _READ:
                self.losses.detail("other elements of objects", f"{place}: <{child.name}>")


_SIDES = {"bndbox": CORNERS, "robndbox": _TURNED}
