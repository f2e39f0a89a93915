"""What the network learns from: an image as it sees it, and the boxes on it."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from groundtrain_detector.errors import DetectorError
from groundtrain_detector.images import fitted_image

Corners = NDArray[np.float32]


class Example(NamedTuple):
    """An image in the size of the network's input, and its boxes in the pixels of that.

    Attributes:
        pixels: (height, width, 3), from 0 to 255.
        corners: (n, 4) left, top, right, bottom.
        classes: (n,) ids from 0.
        across, down: width and height, divided by those of the upright original.
    """

    pixels: NDArray[np.uint8]
    corners: Corners
    classes: NDArray[np.int64]
    across: float
    down: float


class LabelError(DetectorError):
    """A label that is not what Ground Truth writes for boxes."""


def decode(image: bytes, label: object, input_size: int, classes: int) -> Example:
    """An example from a file and its label; boxes are as they were labeled, only scaled.

    Raises:
        UnreadableImageError: the image cannot be read.
        LabelError: the label has no boxes in it, or a box has an id from `classes` on.
    """
    labeled = [_box(one, classes) for one in annotations(label)]
    fitted = fitted_image(image, input_size)
    scale = np.array([fitted.across, fitted.down] * 2, np.float32)
    corners = np.array([corners for _, corners in labeled], np.float32).reshape(-1, 4) * scale
    ids = np.array([class_id for class_id, _ in labeled], np.int64)
    return Example(np.asarray(fitted.image), corners, ids, fitted.across, fitted.down)


def annotations(label: object) -> list[object]:
    """The boxes of Ground Truth's label.

    Raises:
        LabelError: there are none where they should be.
    """
    found = label.get("annotations") if isinstance(label, Mapping) else None
    if not isinstance(found, list):
        raise LabelError("its label has no annotations: is it one of boxes?")
    return found


def visible(example: Example) -> tuple[Example, int]:
    """The example with its boxes cut at the image's edges, and how many were left out.

    Left out is what has less than a pixel of the network's input to see: it cannot be learned from.
    """
    corners = cut_at_edges(example.corners, example.pixels)
    kept = (corners[:, 2:] - corners[:, :2] >= 1).all(axis=1)
    left_out = int((~kept).sum())
    return example._replace(corners=corners[kept], classes=example.classes[kept]), left_out


def cut_at_edges(corners: Corners, pixels: NDArray[np.uint8]) -> Corners:
    """The corners, those beyond an edge of the image on it."""
    height, width = pixels.shape[:2]
    cut: Corners = corners.clip(0, np.array([width, height] * 2, np.float32))
    return cut


def _box(box: object, classes: int) -> tuple[int, tuple[float, float, float, float]]:
    if not isinstance(box, Mapping):
        raise LabelError(f"a box of its label is {str(box)[:60]}")
    class_id, (left, top, width, height) = box.get("class_id"), _numbers(box)
    if not isinstance(class_id, int) or not 0 <= class_id < classes:
        raise LabelError(f"a box has class_id {class_id}, and ids are from 0 to {classes - 1}")
    return class_id, (left, top, left + width, top + height)


def _numbers(box: Mapping[str, Any]) -> tuple[float, ...]:
    values = tuple(box.get(name) for name in ("left", "top", "width", "height"))
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        raise LabelError(f"a box of its label has no four numbers: {str(dict(box))[:100]}")
    return tuple(float(value) for value in values if value is not None)
