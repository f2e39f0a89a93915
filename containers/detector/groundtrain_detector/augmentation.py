"""Varies examples: mirrored, zoomed, moved, brighter or darker; boxes follow their objects."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from groundtrain_detector.examples import Corners, Example, cut_at_edges

LEAST_SHARE = 0.4
"""Of an object's area that must stay in the image, so that it is still labeled."""


class Variation(NamedTuple):
    """How far an example may be varied.

    Attributes:
        flip: whether it may be mirrored.
        zoom: it may become larger or smaller by this share, and is moved by as much at most.
        brightness: it may become brighter or darker by this share.
    """

    flip: bool
    zoom: float
    brightness: float


def varied(example: Example, variation: Variation, rng: np.random.Generator) -> Example:
    """The example, varied by these random numbers; the size of the image stays."""
    if variation.flip and rng.random() < 0.5:
        example = mirrored(example)
    if variation.zoom:
        zoom, right, down = rng.uniform(-1, 1, 3) * variation.zoom
        example = moved(example, 1 + zoom, right, down)
    if variation.brightness:
        example = brightened(example, 1 + rng.uniform(-1, 1) * variation.brightness)
    return example


def mirrored(example: Example) -> Example:
    """Left and right exchanged."""
    width = example.pixels.shape[1]
    left, top, right, bottom = example.corners.T
    corners = np.stack([width - right, top, width - left, bottom], axis=1)
    return example._replace(pixels=np.ascontiguousarray(example.pixels[:, ::-1]), corners=corners)


def moved(example: Example, zoom: float, right: float, down: float) -> Example:
    """Enlarged from its middle by the factor `zoom`, then moved by shares of its width and height.

    What comes in from outside is black. Objects of which too little is left to see are no longer labeled.
    """
    height, width = example.pixels.shape[:2]
    left = width / 2 - (width / 2 + right * width) / zoom
    top = height / 2 - (height / 2 + down * height) / zoom
    image = Image.fromarray(example.pixels).transform(
        (width, height),
        Image.Transform.EXTENT,
        (left, top, left + width / zoom, top + height / zoom),
        Image.Resampling.BILINEAR,
    )
    corners = ((example.corners - np.array([left, top] * 2)) * zoom).astype(np.float32)
    inside = cut_at_edges(corners, example.pixels)
    kept = _areas(inside) >= LEAST_SHARE * _areas(corners)
    return example._replace(pixels=np.asarray(image), corners=inside[kept], classes=example.classes[kept])


def brightened(example: Example, factor: float) -> Example:
    """All values multiplied."""
    table = np.minimum(np.arange(256) * factor, 255).round().astype(np.uint8)
    return example._replace(pixels=table[example.pixels])


def _areas(corners: Corners) -> Corners:
    sides: Corners = (corners[:, 2:] - corners[:, :2]).clip(0)
    areas: Corners = sides.prod(axis=1)
    return areas
