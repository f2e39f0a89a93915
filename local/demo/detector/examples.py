"""Examples as the network wants them, made from a channel's images and labels."""

import io
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from local.demo.detector.cells import HEIGHT, WIDTH, Boxes
from local.demo.detector.layers import Array

_SHIFT = 4


class Example(NamedTuple):
    """An image, (HEIGHT, WIDTH, 3) from -1 to 1, and its boxes in the pixels of that."""

    image: Array
    boxes: Boxes


def example(image: bytes, label: Mapping[str, Any]) -> Example:
    """Scale an image and the boxes of Ground Truth's label on it."""
    with Image.open(io.BytesIO(image)) as opened:
        scale = np.array([WIDTH / opened.width, HEIGHT / opened.height] * 2, np.float32)
        small = opened.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    found = label["annotations"]
    corners = [(b["left"], b["top"], b["left"] + b["width"], b["top"] + b["height"]) for b in found]
    classes = np.array([b["class_id"] for b in found], np.int64)
    boxes = np.array(corners, np.float32).reshape(-1, 4) * scale
    return Example(
        np.asarray(small, np.float32) / np.float32(128) - 1,
        Boxes(boxes, classes, np.ones(len(found), np.float32)),
    )


def varied(one: Example, dice: np.random.Generator) -> Example:
    """The example mirrored or not, and moved by a few pixels; boxes that leave the image are left out."""
    mirrored = _mirrored(one) if dice.random() < 0.5 else one
    return _moved(mirrored, *dice.integers(-_SHIFT, _SHIFT + 1, 2))


def _mirrored(one: Example) -> Example:
    left, top, right, bottom = one.boxes.corners.T
    corners = np.stack([WIDTH - right, top, WIDTH - left, bottom], axis=1)
    return Example(one.image[:, ::-1], one.boxes._replace(corners=corners))


def _moved(one: Example, right: int, down: int) -> Example:
    image = np.zeros_like(one.image)
    seen = one.image[_there(-down, HEIGHT), _there(-right, WIDTH)]
    image[_there(down, HEIGHT), _there(right, WIDTH)] = seen
    corners = one.boxes.corners + np.array([right, down, right, down], np.float32)
    inside = (corners[:, :2] >= 0).all(axis=1) & (corners[:, 2:] <= (WIDTH, HEIGHT)).all(axis=1)
    return Example(image, Boxes(corners[inside], one.boxes.classes[inside], one.boxes.scores[inside]))


def _there(by: int, size: int) -> slice:
    return slice(max(by, 0), size + min(by, 0))
