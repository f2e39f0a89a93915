"""A line of a YOLO label file: the id of a class, and centre and size as fractions of the image.

Six columns end in a confidence, as predictions do; with seven or more the line is a polygon, or, where the
YAML file has kpt_shape, a box with key points.
"""

import posixpath
from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from groundtrain.formats.exact_numbers import EXACT, exact, exact_number
from groundtrain.formats.labeled_items import NamedBox, Size
from groundtrain.formats.losses import Losses
from groundtrain.quantities import quoted

_NO_BOX = "lines that are no class id and box"
ROUNDED = Decimal("1.01")
"""What Ultralytics takes for 1 that was rounded; above, a number is no fraction."""

Fractions = tuple[Decimal, Decimal, Decimal, Decimal]
"""Centre from the left and from the top, width and height."""


IMAGES, LABELS = "images", "labels"


def label_file(image: str) -> str:
    """Path of the label file of an image, both below one folder: the last /images/ becomes /labels/.

    So Ultralytics has it (img2label_paths); where there is no such folder, the file lies beside the image.
    """
    start, found, end = f"/{image}".rpartition(f"/{IMAGES}/")
    path = f"{start}/{LABELS}/{end}" if found else end
    return f"{posixpath.splitext(path)[0]}.txt".removeprefix("/")


class _LeftOutError(Exception):
    """A line that becomes no box; the text is what such lines are called, in the plural."""


class LabelLines(Struct, frozen=True):
    """How lines are read.

    Attributes:
        names: of the classes, by their ids.
        point_columns: of key points behind each box.
        envelopes: whether a polygon becomes the box around it.
    """

    names: Mapping[int, str]
    point_columns: int
    envelopes: bool
    losses: Losses

    def boxes(self, text: str, size: Size, place: str) -> tuple[tuple[NamedBox, ...], bool]:
        """The boxes of an image, and whether labels of it are left out.

        Args:
            text: of the label file.
            size: of the image as shown.
            place: the label file, for messages.
        """
        found: list[NamedBox] = []
        seen: set[str] = set()
        is_lost = False
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            where = f"{place} line {number}"
            try:
                found.append(self._box(line.split(), size, where))
            except _LeftOutError as error:
                self.losses.label(str(error), f"{where}: {quoted(line.strip())}")
                is_lost = True
            if line in seen:
                self.losses.oddity("lines that are there twice in a label file", where)
            seen.add(line)
        return tuple(found), is_lost

    def _box(self, columns: list[str], size: Size, where: str) -> NamedBox:
        numbers = [number for number in map(exact_number, columns) if number is not None]
        if len(numbers) < len(columns):
            raise _LeftOutError("lines with something that is no number, or no finite one")
        if len(numbers) < 5 or numbers[0] != numbers[0].to_integral_value():
            raise _LeftOutError(_NO_BOX)
        name = self.names.get(int(numbers[0]))
        if name is None:
            raise _LeftOutError("boxes of a class that is not in names")
        fractions = self._fractions(numbers[1:], where)
        if min(fractions[2:]) < 0:
            raise _LeftOutError("boxes of negative width or height")
        if not all(0 <= each <= ROUNDED for each in fractions):
            raise _LeftOutError("boxes with numbers outside of 0 to 1, which are no fractions")
        return in_pixels(name, fractions, size)

    def _fractions(self, numbers: list[Decimal], where: str) -> Fractions:
        if len(numbers) > 4:
            numbers = self._without_more(numbers, where)
        if len(numbers) == 4:
            return numbers[0], numbers[1], numbers[2], numbers[3]
        if len(numbers) % 2:
            raise _LeftOutError(_NO_BOX)
        if not self.envelopes:
            raise _LeftOutError("polygons (--envelopes takes the box around each)")
        self.losses.detail("polygons, of which the box around them is taken", where)
        return envelope(numbers)

    def _without_more(self, numbers: list[Decimal], where: str) -> list[Decimal]:
        """Without key points and confidence, which are counted."""
        more = len(numbers) - 4
        if self.point_columns and more in (self.point_columns, self.point_columns + 1):
            self.losses.detail("key points", where)
            more -= self.point_columns
        if more == 1:
            self.losses.detail("confidences", where)
        return numbers[:4] if more <= 1 else numbers


def envelope(numbers: list[Decimal]) -> Fractions:
    """The upright box around a polygon of x and y in turn."""
    left, right = min(numbers[::2]), max(numbers[::2])
    top, bottom = min(numbers[1::2]), max(numbers[1::2])
    width, height = EXACT.subtract(right, left), EXACT.subtract(bottom, top)
    middle = EXACT.add(left, right), EXACT.add(top, bottom)
    return EXACT.divide(middle[0], Decimal(2)), EXACT.divide(middle[1], Decimal(2)), width, height


def in_pixels(name: str, fractions: Fractions, size: Size) -> NamedBox:
    """A box in pixels, each number rounded once."""
    across, down, width, height = fractions
    left, wide = _side(across, width, size.width)
    top, high = _side(down, height, size.height)
    return NamedBox(name, left, top, wide, high)


def _side(middle: Decimal, length: Decimal, pixels: int) -> tuple[float, float]:
    half = EXACT.divide(length, Decimal(2))
    start = EXACT.multiply(EXACT.subtract(middle, half), Decimal(pixels))
    return float(start), float(EXACT.multiply(length, Decimal(pixels)))


def of_pixels(start: float, length: float, pixels: int) -> tuple[Decimal, Decimal]:
    """Middle and length as fractions, with as few digits as bring back the same pixels.

    The middle is made of the rounded length, so that an edge at 0 comes back as 0. 40 digits are the most.
    """
    first, whole = exact(start), exact(length)
    for digits in _DIGITS:
        share = _rounded(EXACT.divide(whole, Decimal(pixels)), digits)
        offset = _rounded(EXACT.divide(first, Decimal(pixels)), digits)
        middle = EXACT.add(offset, EXACT.divide(share, Decimal(2)))
        if _side(middle, share, pixels) == (start, length):
            break
    return middle, share


_DIGITS = (6, 12, 17, 20, 24, 32, 40)


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), context=EXACT)
