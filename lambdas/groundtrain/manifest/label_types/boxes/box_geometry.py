"""Boxes and the edges of their images; lengths in pixels."""

from groundtrain.manifest.label_types.boxes.box_record import Box, ImageSize


def stands_out(box: Box, size: ImageSize) -> bool:
    """Whether a part of the box is outside, and a part of it inside."""
    if is_beside(box, size) or box.width <= 0 or box.height <= 0:
        return False
    return leaves(box, size)


def leaves(box: Box, size: ImageSize) -> bool:
    """Whether it reaches beyond the image; averaged boxes (fractions) may do so by up to one pixel."""
    beyond = max(-box.left, -box.top, box.left + box.width - size.width, box.top + box.height - size.height)
    return beyond > 0 and beyond > _tolerance(box)


def is_beside(box: Box, size: ImageSize) -> bool:
    """Whether no part of it is inside."""
    return (
        box.left >= size.width
        or box.top >= size.height
        or box.left + box.width <= 0
        or box.top + box.height <= 0
    )


def share_outside(box: Box, size: ImageSize) -> float:
    """Share of its area that is outside; 1 for one without an area."""
    if box.width <= 0 or box.height <= 0 or is_beside(box, size):
        return 1.0
    inside_wide = min(box.left + box.width, size.width) - max(box.left, 0.0)
    inside_high = min(box.top + box.height, size.height) - max(box.top, 0.0)
    return 1 - inside_wide * inside_high / (box.width * box.height)


def in_words(box: Box) -> str:
    """Its corners."""
    return f"box from ({box.left:g}, {box.top:g}) to ({box.left + box.width:g}, {box.top + box.height:g})"


def _tolerance(box: Box) -> float:
    whole = all(side.is_integer() for side in (box.left, box.top, box.width, box.height))
    return 0.0 if whole else 1.0
