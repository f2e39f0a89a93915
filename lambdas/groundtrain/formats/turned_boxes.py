"""Boxes that were turned after they were drawn, of which a manifest can hold only the smallest box around."""

import math

from groundtrain.formats.labeled_items import NamedBox

_QUARTERS: dict[float, tuple[float, float]] = {
    0: (1.0, 0.0),
    90: (0.0, 1.0),
    180: (-1.0, 0.0),
    270: (0.0, -1.0),
}


def is_turned(degrees: float) -> bool:
    """Whether a box that is turned so far does not lie as it was drawn."""
    return math.remainder(degrees, 360) != 0


def around_turned_about_corner(box: NamedBox, degrees: float) -> NamedBox:
    """The box around one that is turned clockwise about its top left corner."""
    cos, sin = _turn(degrees)
    across = (0.0, box.width * cos, -box.height * sin, box.width * cos - box.height * sin)
    down = (0.0, box.width * sin, box.height * cos, box.width * sin + box.height * cos)
    return NamedBox(
        box.name,
        box.left + min(across),
        box.top + min(down),
        max(across) - min(across),
        max(down) - min(down),
    )


def around_turned_about_centre(box: NamedBox, degrees: float) -> NamedBox:
    """The box around one that is turned about its centre."""
    cos, sin = map(abs, _turn(degrees))
    width, height = box.width * cos + box.height * sin, box.width * sin + box.height * cos
    left, top = box.left + (box.width - width) / 2, box.top + (box.height - height) / 2
    return NamedBox(box.name, left, top, width, height)


def _turn(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return _QUARTERS.get(degrees % 360) or (math.cos(angle), math.sin(angle))
