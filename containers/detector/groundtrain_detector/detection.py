"""One detected object."""

from typing import NamedTuple


class Detection(NamedTuple):
    """A box with its class.

    Attributes:
        class_id: position of the class in the model's list of classes.
        score: from 0 to 1.
        left, top, right, bottom: in pixels of the upright image, within it.
    """

    class_id: int
    score: float
    left: float
    top: float
    right: float
    bottom: float
