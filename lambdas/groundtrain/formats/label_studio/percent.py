"""Rectangles of Label Studio, in percent of the image, and boxes in pixels.

"Units of image annotations" and "Rotation" of RectangleLabels at labelstud.io: a rectangle is turned about
its top left corner, clockwise, in pixels.
"""

import math

_DIGITS = (13, 15)


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
