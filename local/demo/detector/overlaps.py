"""How much boxes overlap, and the average precision of found boxes."""

import numpy as np

from local.demo.detector.layers import Array


def overlap(box: Array, others: Array) -> Array:
    """Intersection over union of one box with each of the others, all as corners."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.maximum(sides, 0).prod(axis=1)
    both = _area(box[None])[0] + _area(others)
    return np.asarray(shared / (both - shared))


def _area(boxes: Array) -> Array:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
