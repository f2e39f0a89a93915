"""What each cell of the network should say of an image's boxes, and the boxes that cells say."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from local.demo.detector.layers import Array
from local.demo.detector.overlaps import overlap

WIDTH, HEIGHT = 320, 200
"""Of the images that the network sees, in pixels."""
STRIDE = 8
_CENTER = 0.1
_LEAST_SCORE = 0.05
_SAME = 0.4
_ROWS, _COLUMNS = np.mgrid[0 : HEIGHT // STRIDE, 0 : WIDTH // STRIDE].astype(np.float32)
_X, _Y = (_COLUMNS + 0.5) * STRIDE, (_ROWS + 0.5) * STRIDE


class Boxes(NamedTuple):
    """Boxes of one image: (n, 4) corners left, top, right, bottom in pixels; class ids; scores."""

    corners: Array
    classes: NDArray[np.int64]
    scores: Array


class Targets(NamedTuple):
    """By cell: 1 for the class that is there, the box, and whether there is one."""

    classes: Array
    boxes: Array
    filled: NDArray[np.bool_]


def targets(boxes: Boxes, classes: int) -> Targets:
    """The cells near a box's center say this box; of two boxes the smaller one has its cells."""
    shape = _X.shape
    found = Targets(
        np.zeros((*shape, classes), np.float32), np.zeros((*shape, 4), np.float32), np.zeros(shape, bool)
    )
    sizes = boxes.corners[:, 2:] - boxes.corners[:, :2]
    for i in np.argsort(-sizes.prod(axis=1), kind="stable"):
        (width, height), (x, y) = sizes[i], (boxes.corners[i, :2] + boxes.corners[i, 2:]) / 2
        near_x = abs(_X - x) <= max(width * _CENTER, STRIDE / 2)
        near = near_x & (abs(_Y - y) <= max(height * _CENTER, STRIDE / 2))
        found.classes[near] = 0
        found.classes[near, boxes.classes[i]] = 1
        found.boxes[near] = _relative(x, y, max(width, 1), max(height, 1))[near]
        found.filled[near] = True
    return found


def _relative(x: float, y: float, width: float, height: float) -> Array:
    sizes = np.full_like(_X, np.log(width / STRIDE)), np.full_like(_X, np.log(height / STRIDE))
    return np.stack([(x - _X) / STRIDE, (y - _Y) / STRIDE, *sizes], axis=-1)


def detections(cells: Array) -> Boxes:
    """The boxes of one image, highest score first; of those that overlap with one class, the first."""
    classes = cells.shape[-1] - 4
    scores = 1 / (1 + np.exp(-cells[..., :classes]))
    kept = scores.max(axis=-1) >= _LEAST_SCORE
    corners, found = _corners(cells[..., classes:])[kept], scores[kept]
    ids, best = found.argmax(axis=-1), found.max(axis=-1)
    chosen: list[int] = []
    for i in np.argsort(-best, kind="stable"):
        rivals = [j for j in chosen if ids[j] == ids[i]]
        if not rivals or overlap(corners[i], corners[rivals]).max() < _SAME:
            chosen.append(int(i))
    return Boxes(corners[chosen], ids[chosen], best[chosen])


def _corners(boxes: Array) -> Array:
    x, y = _X + boxes[..., 0] * STRIDE, _Y + boxes[..., 1] * STRIDE
    half = np.exp(np.clip(boxes[..., 2:], -3, 4)) * STRIDE / 2
    return np.stack([x - half[..., 0], y - half[..., 1], x + half[..., 0], y + half[..., 1]], axis=-1)
