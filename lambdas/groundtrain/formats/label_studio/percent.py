"""Rectangles of Label Studio, in percent of the image, and boxes in pixels.

"Units of image annotations" and "Rotation" of RectangleLabels at labelstud.io: a rectangle is turned about
its top left corner, clockwise, in pixels.
"""

import math

from groundtrain.formats.labeled_items import NamedBox

_DIGITS = (13, 15)
_QUARTERS: dict[float, tuple[float, float]] = {
    0: (1.0, 0.0),
    90: (0.0, 1.0),
    180: (-1.0, 0.0),
    270: (0.0, -1.0),
}


def pixels_of(percent: float, whole: float) -> float:
    """Percent of a width or height in pixels.

    Binary fractions leave a product some units in the last place beside what was meant: where a number of
    15 digits is that near, it is taken.
    """
    pixels = percent * whole / 100
    shorter = float(f"{pixels:.15g}")
    return shorter if abs(shorter - pixels) <= 2 * math.ulp(pixels) else pixels


def percent_of(pixels: float, whole: float) -> float:
    """Pixels in percent of a width or height: a short number, if `pixels_of` reads it as these pixels."""
    percent = pixels * 100 / whole
    for digits in _DIGITS:
        shorter = float(f"{percent:.{digits}g}")
        if pixels_of(shorter, whole) == pixels:
            return shorter
    return percent


def is_turned(rotation: float | None) -> bool:
    """Whether a rectangle of this rotation, in degrees, does not lie as it was drawn."""
    return bool(rotation) and math.remainder(rotation or 0, 360) != 0


def envelope(box: NamedBox, rotation: float) -> NamedBox:
    """The smallest box around one that is turned by so many degrees about its top left corner."""
    turn = math.radians(rotation)
    cos, sin = _QUARTERS.get(rotation % 360) or (math.cos(turn), math.sin(turn))
    across = (0.0, box.width * cos, -box.height * sin, box.width * cos - box.height * sin)
    down = (0.0, box.width * sin, box.height * cos, box.width * sin + box.height * cos)
    return NamedBox(
        box.name,
        box.left + min(across),
        box.top + min(down),
        max(across) - min(across),
        max(down) - min(down),
    )
