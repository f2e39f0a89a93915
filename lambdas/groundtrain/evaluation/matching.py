"""Which found box is taken for which labeled one."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from groundtrain.evaluation.boxes import FoundBox, LabeledBox, overlap

Candidates = Sequence[tuple[int, float]]
"""Labeled boxes that a found box lies on, by their place, each with the overlap; crowds come last."""


def by_score(found: Iterable[FoundBox]) -> list[FoundBox]:
    """Highest score first; equal ones stay in their order."""
    return sorted(found, key=lambda box: -box.score)


def candidates(found: Sequence[FoundBox], labeled: Sequence[LabeledBox], least: float) -> list[Candidates]:
    """For each found box the labeled ones of any class that it overlaps by at least so much."""
    places = sorted(range(len(labeled)), key=lambda place: labeled[place].crowd)
    return [
        [(place, shared) for place in places if (shared := overlap(box, labeled[place])) >= least]
        for box in found
    ]


def matches(options: Sequence[Candidates], labeled: Sequence[LabeledBox], least: float) -> list[int | None]:
    """For each found box, highest score first, the place of the labeled box it is taken for.

    As in COCO: the one that it overlaps most and that none took before, of equal ones the last; a crowd,
    which several may take, only where there is no other.

    Source: evaluateImg in cocoeval.py of cocodataset/cocoapi.
    """
    taken: set[int] = set()
    chosen = []
    for option in options:
        place = _choose([(i, shared) for i, shared in option if shared >= least and i not in taken], labeled)
        if place is not None and not labeled[place].crowd:
            taken.add(place)
        chosen.append(place)
    return chosen


def _choose(free: Candidates, labeled: Sequence[LabeledBox]) -> int | None:
    for _, group in groupby(free, key=lambda option: labeled[option[0]].crowd):
        best, most = -1, 0.0
        for place, shared in group:
            if shared >= most:
                best, most = place, shared
        return best
    return None
