"""What became of the boxes of one image: matched, of the wrong class, missed, or found where nothing is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from groundtrain.evaluation.boxes import FoundBox, LabeledBox
from groundtrain.evaluation.matching import by_score, candidates, matches

LEAST_OVERLAP = 0.5
"""Intersection over union from which a found box is taken for a labeled one."""


class Match(NamedTuple):
    """A labeled box, the found one that is taken for it."""

    labeled: LabeledBox
    found: FoundBox


class ImageResult(NamedTuple):
    """One image; only boxes of at least the score asked for are in it.

    Attributes:
        name: of the image, as whoever evaluates calls it.
        matched: boxes of the right class.
        confused: boxes that were found, but of another class.
        missed: labeled boxes where nothing was found; crowds aside.
        extra: found boxes where nothing is labeled, or where another box was found already.
        not_counted: found boxes on a crowd.
    """

    name: str
    matched: tuple[Match, ...] = ()
    confused: tuple[Match, ...] = ()
    missed: tuple[LabeledBox, ...] = ()
    extra: tuple[FoundBox, ...] = ()
    not_counted: tuple[FoundBox, ...] = ()

    @property
    def mistakes(self) -> int:
        """Boxes that are wrong, missed or too many."""
        return len(self.confused) + len(self.missed) + len(self.extra)

    @property
    def score(self) -> float:
        """Share of right boxes in all that were labeled or found, from 0 to 1; 1 where there are none."""
        boxes = len(self.matched) + self.mistakes
        return len(self.matched) / boxes if boxes else 1.0


def image_result(name: str, labeled: Sequence[LabeledBox], found: Iterable[FoundBox]) -> ImageResult:
    """Boxes of the same class are taken for one another first, then what is left, whatever its class."""
    ordered = by_score(found)
    right = dict(_pairs_of_classes(labeled, ordered))
    crowded = {i for i, place in right.items() if labeled[place].crowd}
    left = [place for place, box in enumerate(labeled) if place not in right.values() and not box.crowd]
    rest = [i for i in range(len(ordered)) if i not in right]
    wrong = dict(_pairs(labeled, ordered, left, rest))
    return ImageResult(
        name,
        matched=tuple(Match(labeled[right[i]], ordered[i]) for i in sorted(right.keys() - crowded)),
        confused=tuple(Match(labeled[wrong[i]], ordered[i]) for i in sorted(wrong)),
        missed=tuple(labeled[place] for place in left if place not in wrong.values()),
        extra=tuple(ordered[i] for i in rest if i not in wrong),
        not_counted=tuple(ordered[i] for i in sorted(crowded)),
    )


def _pairs_of_classes(labeled: Sequence[LabeledBox], found: Sequence[FoundBox]) -> Iterator[tuple[int, int]]:
    for class_id in {box.class_id for box in labeled}:
        places = [place for place, box in enumerate(labeled) if box.class_id == class_id]
        yield from _pairs(
            labeled, found, places, [i for i, box in enumerate(found) if box.class_id == class_id]
        )


def _pairs(
    labeled: Sequence[LabeledBox], found: Sequence[FoundBox], places: Sequence[int], which: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Found and labeled box, by their places, of those that are among `which` and `places`."""
    asked = [labeled[place] for place in places]
    options = candidates([found[i] for i in which], asked, LEAST_OVERLAP)
    for i, place in zip(which, matches(options, asked, LEAST_OVERLAP), strict=True):
        if place is not None:
            yield i, places[place]
