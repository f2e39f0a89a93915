"""How wrong the network's cells are, and in which direction to change them."""

import numpy as np

from local.demo.detector.cells import Targets
from local.demo.detector.layers import Array

_TINY = 1e-6
_NEAR = 0.1


def loss_and_gradient(cells: Array, wanted: Targets) -> tuple[float, Array]:
    """The loss of a batch for each cell with a box, and its gradient.

    Args:
        cells: what the network said, (images, rows, columns, classes + 4).
        wanted: the same of all images, stacked.
    """
    classes = wanted.classes.shape[-1]
    count = max(int(wanted.filled.sum()), 1)
    of_classes, class_gradient = _focal(cells[..., :classes], wanted.classes)
    of_boxes, box_gradient = _smooth((cells[..., classes:] - wanted.boxes) * wanted.filled[..., None])
    gradient = np.concatenate([class_gradient, box_gradient], axis=-1, dtype=np.float32)
    return (of_classes + of_boxes) / count, gradient / np.float32(count)


def _focal(scores: Array, wanted: Array) -> tuple[float, Array]:
    """Focal loss with exponent 2: cells that are right already count little (Lin and others, 2017)."""
    signs = np.where(wanted > 0, np.float32(1), np.float32(-1))
    right = 1 / (1 + np.exp(-signs * scores))
    logarithm = np.log(right + np.float32(_TINY))
    wrong = 1 - right
    gradient = np.asarray(signs * wrong**2 * (2 * right * logarithm - wrong) / 2, np.float32)
    return float((-(wrong**2) * logarithm).sum() / 2), gradient


def _smooth(differences: Array) -> tuple[float, Array]:
    """The absolute difference, quadratic near 0."""
    size = np.abs(differences)
    near = size < _NEAR
    loss = np.where(near, differences**2 / (2 * _NEAR), size - _NEAR / 2).sum()
    return float(loss), np.clip(differences / np.float32(_NEAR), -1, 1)
