"""Mean average precision at an overlap of 0.5, over all points of the curve, as Pascal VOC 2010 has it.

Source: Everingham and others, "The Pascal Visual Object Classes Challenge 2012 Development Kit", 3.4.1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from local.demo.detector.cells import Boxes
from local.demo.detector.layers import Array
from local.demo.detector.overlaps import overlap

_OVERLAP = 0.5


def average_precisions(found: Sequence[Boxes], labeled: Sequence[Boxes], classes: int) -> list[float | None]:
    """By class; None for a class that no image has."""
    return [_of_class(found, labeled, i) for i in range(classes)]


def mean_average_precision(precisions: Sequence[float | None]) -> float:
    """Of the classes that are there; 0 when none is."""
    there = [one for one in precisions if one is not None]
    return sum(there) / len(there) if there else 0.0


def _of_class(found: Sequence[Boxes], labeled: Sequence[Boxes], class_id: int) -> float | None:
    total = sum(int((boxes.classes == class_id).sum()) for boxes in labeled)
    if not total:
        return None
    scored = [
        (float(score), hit)
        for one, truth in zip(found, labeled, strict=True)
        for score, hit in _hits(one, truth.corners[truth.classes == class_id], class_id)
    ]
    scored.sort(key=lambda one: -one[0])
    hits = np.cumsum([hit for _, hit in scored])
    return _area_below(hits / total, hits / np.arange(1, len(hits) + 1))


def _hits(found: Boxes, truth: Array, class_id: int) -> list[tuple[float, bool]]:
    """Each box of the class that was found, with its score, and whether it is the first on a labeled one."""
    taken: set[int] = set()
    hits = []
    for corners, score in zip(
        found.corners[found.classes == class_id], found.scores[found.classes == class_id], strict=True
    ):
        overlaps = overlap(corners, truth) if len(truth) else np.zeros(1, np.float32)
        best = int(overlaps.argmax())
        hit = bool(overlaps[best] >= _OVERLAP) and best not in taken
        taken |= {best} if hit else set()
        hits.append((float(score), hit))
    return hits


def _area_below(recall: NDArray[np.float64], precision: NDArray[np.float64]) -> float:
    if not len(recall):
        return 0.0
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * highest).sum())
