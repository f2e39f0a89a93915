"""What a line of a manifest says of its image and its mask, whatever its labels are."""

from collections.abc import Mapping

from msgspec import Struct


class LabeledImage(Struct, frozen=True, gc=False):
    """What a line says of its image, and of its mask when it has one.

    Attributes:
        size: width and height of the image in pixels, None where the label does not state them.
        mask: address of the mask, "" without one.
        colours: by value of the mask's pixels "#rrggbb", or "" where the colour map has none.
        has_boxes: whether the labels are bounding boxes.
    """

    line: int
    source: str
    size: tuple[int, int] | None = None
    mask: str = ""
    colours: Mapping[int, str] = {}
    has_boxes: bool = False
