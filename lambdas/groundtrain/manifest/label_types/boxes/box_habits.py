"""Boxes written in another unit, or with other numbers than left, top, width and height: seen in all boxes.

A single box outside its image may be a slip at the border. Where most boxes leave their images, nothing is
to be clipped: they are read wrongly. Where all lie within (0, 0) and (1, 1), they are fractions.
"""

from collections.abc import Callable

from msgspec import Struct, field

from groundtrain.manifest.label_types.boxes.box_geometry import leaves, share_outside
from groundtrain.manifest.label_types.boxes.box_record import Box, BoxRecord, ImageSize
from groundtrain.manifest.label_types.label_type import FileFault, RecordSummary
from groundtrain.rules.findings import Finding

_FEWEST = 3  # boxes of fractions
_MANY = 10  # boxes that leave their image
_DISTINCT = 20  # boxes that tell a habit from a chance
_LONG_ENOUGH = 1000  # boxes, after which a file with hardly any outside is taken as sound
_SLIP = 0.1  # share of a box
_ROUNDED = 1.001
_COPIES = (1 / 2, 1 / 3, 1 / 4)  # of the size of the image
_UNITS = {1.0: "fractions", 100.0: "per cent", 1000.0: "thousandths"}
_FURTHER_UNITS = (100.0, 1000.0)
_EXPLAINED = frozenset({"GT204", "GT207", "GT208", "GT212"})

_Fits = Callable[[Box, float, float], bool]
_READINGS: dict[str, _Fits] = {
    "width and height are read as right and bottom": lambda box, width, height: (
        0 <= box.left < box.width <= width and 0 <= box.top < box.height <= height
    ),
    "left and top are exchanged": lambda box, width, height: (
        0 <= box.top <= width - box.width and 0 <= box.left <= height - box.height
    ),
    "left and top are exchanged, and width and height as well": lambda box, width, height: (
        0 <= box.top <= width - box.height and 0 <= box.left <= height - box.width
    ),
    "left and top are read as the centre": lambda box, width, height: (
        box.width / 2 - 1 <= box.left <= width - box.width / 2 + 1
        and box.height / 2 - 1 <= box.top <= height - box.height / 2 + 1
    ),
}


class BoxHabits(Struct):
    """Where the boxes of a file lie in their images; lengths in pixels unless the boxes say otherwise.

    Attributes:
        boxes: all that were seen.
        leaving: those of which a part is outside their image.
        far: those of which more is outside than a slip at the border explains.
        right, bottom: the furthest edges.
        across, down: the furthest edges as shares of their images.
        narrowest, lowest: the smallest sides of the images.
        readings: other ways to read the numbers, in which all boxes so far are within their images.
        examples: some distinct boxes.
        is_watching: whether all records are looked at, not only those with a box that leaves its image.
    """

    boxes: int = 0
    leaving: int = 0
    far: int = 0
    right: float = 0.0
    bottom: float = 0.0
    across: float = 0.0
    down: float = 0.0
    narrowest: float = float("inf")
    lowest: float = float("inf")
    readings: dict[str, _Fits] = field(default_factory=lambda: dict(_READINGS))
    examples: set[tuple[float, float, float, float]] = field(default_factory=set)
    is_watching: bool = True

    def stands_out(self, record: BoxRecord, summary: RecordSummary) -> bool:
        """Whether a part of a box is outside the image."""
        size = record.label.image_size[0]
        return "GT204" in summary.may_find and any(leaves(box, size) for box in record.label.annotations)

    def count(self, items: int) -> None:
        """Count boxes of a file that is known to be sound."""
        self.boxes += items

    def add(self, record: BoxRecord, _: RecordSummary) -> None:
        """Look where the boxes of a record are."""
        size = record.label.image_size[0]
        if size.width <= 0 or size.height <= 0:
            return
        self.narrowest, self.lowest = min(self.narrowest, size.width), min(self.lowest, size.height)
        for box in record.label.annotations:
            self._place(box, size)
        self.is_watching = self.boxes < _LONG_ENOUGH or self._may_be_at_fault()

    def fault(self) -> FileFault | None:
        """GT243, GT244."""
        if (unit := self._certain_unit()) is not None:
            return FileFault(self._in_unit(unit), _EXPLAINED)
        if self._leave():
            return FileFault(Finding.on_file("GT244", self._how_they_leave()), _EXPLAINED)
        return None

    def warning(self) -> Finding | None:
        """GT246."""
        if len(self.examples) < _DISTINCT or self.leaving or self._certain_unit() is not None:
            return None
        about = "of a smaller copy" if self._is_of_a_copy() else ""
        for unit in _FURTHER_UNITS:
            if self._could_be(unit, nearly=0.6, wide=1.5, high=1.05):
                about = _UNITS[unit]
        says = (
            f"all {self.boxes} boxes lie within (0, 0) and ({self.right:g}, {self.bottom:g}) of images of"
            f" {self.narrowest:g} x {self.lowest:g} pixels or more: perhaps they are {about}"
        )
        return Finding.on_file("GT246", says) if about else None

    def _place(self, box: Box, size: ImageSize) -> None:
        right, bottom = box.left + box.width, box.top + box.height
        self.boxes += 1
        self.right, self.bottom = max(self.right, right), max(self.bottom, bottom)
        self.across, self.down = max(self.across, right / size.width), max(self.down, bottom / size.height)
        if len(self.examples) < _DISTINCT:
            self.examples.add((box.left, box.top, box.width, box.height))
        if leaves(box, size):
            self.leaving += 1
            self.far += share_outside(box, size) > _SLIP
        if self.readings:
            width, height = float(size.width), float(size.height)
            self.readings = {words: fits for words, fits in self.readings.items() if fits(box, width, height)}

    def _may_be_at_fault(self) -> bool:
        small = any(self._could_be(unit, nearly=0, wide=1.5, high=1.05) for unit in _FURTHER_UNITS)
        return small or 20 * self.leaving >= self.boxes or max(self.across, self.down) <= _COPIES[0] * 1.01

    def _certain_unit(self) -> float | None:
        if self.boxes >= _FEWEST and max(self.right, self.bottom) <= _ROUNDED:
            return 1.0 if min(self.narrowest, self.lowest) > 1 else None
        if len(self.examples) < _DISTINCT or self.leaving:
            return None
        sure = (unit for unit in _FURTHER_UNITS if self._could_be(unit, nearly=0.9, wide=2, high=1.4))
        return next(sure, None)

    def _could_be(self, unit: float, *, nearly: float, wide: float, high: float) -> bool:
        """Whether no box goes beyond the unit, some come near it, and the images are larger by these."""
        return (
            max(self.right, self.bottom) <= unit * _ROUNDED
            and min(self.right, self.bottom) > nearly * unit
            and min(self.narrowest / wide, self.lowest / high) >= unit
        )

    def _in_unit(self, unit: float) -> Finding:
        says = (
            f"all {self.boxes} boxes lie within (0, 0) and ({unit:g}, {unit:g}), so they look like"
            f" {_UNITS[unit]} of their image"
        )
        further = "" if unit == 1 else f", and divide by {unit:g}"
        fix = f"multiply left and width by the image's width, top and height by its height{further}"
        return Finding.on_file("GT243", says, fix=fix)

    def _is_of_a_copy(self) -> bool:
        least, most = sorted((self.across, self.down))
        return any(0.9 * share <= least and most <= 1.01 * share for share in _COPIES)

    def _leave(self) -> bool:
        """Most boxes, or fewer of which another reading makes sense."""
        if self.leaving < _MANY:
            return False
        makes_sense = bool(self.readings) and 20 * self.leaving >= self.boxes
        return 2 * self.leaving >= self.boxes or (makes_sense and 2 * self.far >= self.leaving)

    def _how_they_leave(self) -> str:
        seen = f"{self.leaving} of {self.boxes} boxes leave their image"
        if self.readings:
            return f"{seen}, and all fit when {', or when '.join(self.readings)}"
        times = max(self.across, self.down)
        if times <= 1:
            return f"{seen} beyond its left or upper edge"
        furthest = max(self.right, self.bottom)
        unit = "thousandths of it, or " if 600 < furthest <= 1000 * _ROUNDED else ""
        return f"{seen}: perhaps they are {unit}those of a copy that is {times:.2g} times as large"
