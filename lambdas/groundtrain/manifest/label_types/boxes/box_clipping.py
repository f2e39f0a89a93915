"""GT204: boxes that stand out of their image are cut off at its edges, if it is little that goes."""

from typing import Any

from msgspec import convert

from groundtrain.manifest.label_types.boxes.box_geometry import share_outside, stands_out
from groundtrain.manifest.label_types.boxes.box_record import Box, ImageSize

MOST_CLIPPED = 1 / 3
"""Share of a box that may be cut off; of a box that loses more it is unknown what was meant."""

_ROUNDED = 1e-9


def is_clippable(box: Box, size: ImageSize) -> bool:
    """Whether so little stands out that it can be cut off."""
    return stands_out(box, size) and share_outside(box, size) <= MOST_CLIPPED + _ROUNDED


def clip(label: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Cut off what stands out of the image, if it is little; all other edges and boxes stay as they are."""
    size = convert(label["image_size"][0], ImageSize)
    for box in label["annotations"]:
        if not is_clippable(convert(box, Box), size):
            continue
        for start, length, limit in (("left", "width", size.width), ("top", "height", size.height)):
            if box[start] < 0:
                box[length] += box[start]
                box[start] = 0
            if box[start] + box[length] > limit:
                box[length] = limit - box[start]
    return label
