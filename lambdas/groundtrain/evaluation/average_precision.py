"""Average precision as COCO has it: ten overlaps, 101 recalls, at most 100 boxes an image and class.

Source: cocodataset/cocoapi, cocoeval.py; https://cocodataset.org/#detection-eval.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from groundtrain.evaluation.boxes import FoundBox, LabeledBox
from groundtrain.evaluation.matching import by_score, candidates, matches

_STEP = (0.95 - 0.5) / 9
OVERLAPS = (*(0.5 + number * _STEP for number in range(9)), 0.95)
"""0.5, 0.55, ... 0.95, each to the last bit what numpy.linspace gives COCO."""
MOST_BOXES = 100
_RECALLS = (*(number * 0.01 for number in range(100)), 1.0)


class ScoredBox(NamedTuple):
    """A found box.

    Attributes:
        hits: for each of `OVERLAPS` whether it is taken for a labeled box; None where for a crowd, and so not
            counted.
    """

    score: float
    hits: tuple[bool | None, ...]


class ClassTally(NamedTuple):
    """What is known of a class in some images: how many boxes are labeled, crowds aside, and what was found.

    The tallies of several images are put together by `merged`, in the order of the images: equal scores
    stay in that order, as in COCO.
    """

    labeled: int = 0
    found: tuple[ScoredBox, ...] = ()


def merged(tallies: Iterable[ClassTally]) -> ClassTally:
    """Those of several images as one."""
    labeled, found = 0, list[ScoredBox]()
    for tally in tallies:
        labeled += tally.labeled
        found += tally.found
    return ClassTally(labeled, tuple(found))


def tally_class(labeled: Sequence[LabeledBox], found: Sequence[FoundBox]) -> ClassTally:
    """Of the boxes of one class on one image."""
    ordered = by_score(found)[:MOST_BOXES]
    options = candidates(ordered, labeled, OVERLAPS[0])
    columns = [_hits(matches(options, labeled, least), labeled) for least in OVERLAPS]
    scored = [
        ScoredBox(box.score, hits) for box, hits in zip(ordered, zip(*columns, strict=True), strict=True)
    ]
    return ClassTally(sum(not box.crowd for box in labeled), tuple(scored))


def _hits(chosen: Iterable[int | None], labeled: Sequence[LabeledBox]) -> list[bool | None]:
    return [False if place is None else None if labeled[place].crowd else True for place in chosen]


def average_precisions(tally: ClassTally) -> tuple[float, ...] | None:
    """For each of `OVERLAPS`, from 0 to 1; None where no box of the class is labeled."""
    if not tally.labeled:
        return None
    ordered = sorted(tally.found, key=lambda box: -box.score)
    columns = zip(*(box.hits for box in ordered), strict=True) if ordered else [()] * len(OVERLAPS)
    return tuple(_average(column, tally.labeled) for column in columns)


def _average(hits: Iterable[bool | None], labeled: int) -> float:
    """The mean over `_RECALLS` of the highest precision at that recall or beyond; 0 where none is."""
    curve = list(_curve(hits, labeled))
    highest = 0.0
    for place in range(len(curve) - 1, -1, -1):
        recall, precision = curve[place]
        highest = max(highest, precision)
        curve[place] = recall, highest
    total, place = 0.0, 0
    for least in _RECALLS:
        while place < len(curve) and curve[place][0] < least:
            place += 1
        if place == len(curve):
            break
        total += curve[place][1]
    return total / len(_RECALLS)


def _curve(hits: Iterable[bool | None], labeled: int) -> Iterator[tuple[float, float]]:
    """Recall and precision after each box."""
    right = counted = 0
    for hit in hits:
        right += hit is True
        counted += hit is not None
        yield right / labeled, right / counted if counted else 0.0
