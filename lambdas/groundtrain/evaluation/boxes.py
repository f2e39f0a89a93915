"""Boxes that were labeled and boxes that were found, and how far one lies on the other."""

from typing import NamedTuple


class LabeledBox(NamedTuple):
    """A labeled box; corners in pixels from the image's top left one.

    Attributes:
        crowd: many objects in one box, as COCO's `iscrowd`: what is found on it does not count at all.
    """

    class_id: int
    left: float
    top: float
    right: float
    bottom: float
    crowd: bool = False


class FoundBox(NamedTuple):
    """A box that a model found, and how sure it is, from 0 to 1; corners as those of a `LabeledBox`.

    The right one is not left of the left one, nor the lower one above the upper one.
    """

    class_id: int
    score: float
    left: float
    top: float
    right: float
    bottom: float


def overlap(found: FoundBox, labeled: LabeledBox) -> float:
    """Intersection over union, from 0 to 1; with a crowd, over the found box alone.

    Source: bbIou in maskApi.c of cocodataset/cocoapi.
    """
    width = min(found.right, labeled.right) - max(found.left, labeled.left)
    height = min(found.bottom, labeled.bottom) - max(found.top, labeled.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    area = (found.right - found.left) * (found.bottom - found.top)
    if labeled.crowd:
        return both / area
    return both / (area + (labeled.right - labeled.left) * (labeled.bottom - labeled.top) - both)
