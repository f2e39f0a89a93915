"""Average precision by class, precision and recall at a score, confusions, and the worst images."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from groundtrain.evaluation.average_precision import ClassTally, average_precisions, merged, tally_class
from groundtrain.evaluation.boxes import FoundBox, LabeledBox
from groundtrain.evaluation.image_result import ImageResult, image_result

LEAST_SCORE = 0.5
"""From which a found box counts in precision, recall, confusions and images, unless asked otherwise."""


class ImageBoxes(NamedTuple):
    """An image's name, its labeled boxes, and all that was found on it, however low the score."""

    name: str
    labeled: Sequence[LabeledBox]
    found: Sequence[FoundBox]


class ClassResult(NamedTuple):
    """One class.

    Attributes:
        labeled: boxes, crowds aside.
        found: boxes of at least the score, those on crowds aside.
        matched: of them, on a labeled box of the class by an overlap of at least 0.5.
        ap_50: average precision at an overlap of 0.5, of all scores; None where nothing is labeled.
        ap_50_95: the mean of it at 0.5, 0.55, ... 0.95.
    """

    labeled: int
    found: int
    matched: int
    ap_50: float | None
    ap_50_95: float | None

    @property
    def precision(self) -> float | None:
        """Share of found boxes that are right; None where nothing was found."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of labeled boxes that were found; None where nothing is labeled."""
        return self.matched / self.labeled if self.labeled else None


class Evaluation(NamedTuple):
    """How good the found boxes of some images are.

    Attributes:
        least_score: of boxes that count in `images`, and so in all but average precision.
        tallies: by class id, what average precision is computed from; of all scores.
        images: in the order in which they were given.
    """

    least_score: float
    tallies: Mapping[int, ClassTally]
    images: tuple[ImageResult, ...]

    def classes(self) -> dict[int, ClassResult]:
        """By class id, in ascending order; each call computes them."""
        found, matched = Counter[int | None](), Counter[int | None]()
        for (labeled, as_what), count in self.confusions().items():
            found[as_what] += count
            matched[as_what] += count if labeled == as_what else 0
        return {i: _class_result(self.tallies[i], found[i], matched[i]) for i in sorted(self.tallies)}

    def confusions(self) -> Counter[tuple[int | None, int | None]]:
        """How often a labeled class was found as another, or as itself; None is nothing, on either side."""
        pairs: Counter[tuple[int | None, int | None]] = Counter()
        for image in self.images:
            pairs.update((one.labeled.class_id, one.found.class_id) for one in image.matched)
            pairs.update((one.labeled.class_id, one.found.class_id) for one in image.confused)
            pairs.update((box.class_id, None) for box in image.missed)
            pairs.update((None, box.class_id) for box in image.extra)
        return pairs

    def worst_first(self) -> list[ImageResult]:
        """The images, those with the smallest share of right boxes first; of equal ones the most mistakes."""
        return sorted(self.images, key=lambda image: (image.score, -image.mistakes))


def mean_average_precisions(classes: Iterable[ClassResult]) -> tuple[float, float] | None:
    """At 0.5, and over 0.5 to 0.95, of the classes that are labeled anywhere; None when none is."""
    labeled = [(one.ap_50, one.ap_50_95) for one in classes if one.ap_50 is not None]
    if not labeled:
        return None
    halves, all_overlaps = zip(*labeled, strict=True)
    return sum(halves) / len(labeled), sum(all_overlaps) / len(labeled)


def evaluate(images: Iterable[ImageBoxes], least_score: float = LEAST_SCORE) -> Evaluation:
    """Evaluate what was found on images; results, means and tables are computed by the record's functions.

    Args:
        images: in an order that stays the same, as that of equal scores does.
        least_score: from which a found box counts; average precision needs all of them.
    """
    tallies: dict[int, list[ClassTally]] = defaultdict(list)
    results = []
    for image in images:
        for class_id, tally in _tallies(image).items():
            tallies[class_id].append(tally)
        counted = [box for box in image.found if box.score >= least_score]
        results.append(image_result(image.name, image.labeled, counted))
    return Evaluation(least_score, {i: merged(tallies[i]) for i in sorted(tallies)}, tuple(results))


def _tallies(image: ImageBoxes) -> dict[int, ClassTally]:
    labeled: dict[int, list[LabeledBox]] = defaultdict(list)
    found: dict[int, list[FoundBox]] = defaultdict(list)
    for box in image.labeled:
        labeled[box.class_id].append(box)
    for one in image.found:
        found[one.class_id].append(one)
    return {i: tally_class(labeled[i], found[i]) for i in sorted(labeled.keys() | found.keys())}


def _class_result(tally: ClassTally, found: int, matched: int) -> ClassResult:
    precisions = average_precisions(tally)
    return ClassResult(
        labeled=tally.labeled,
        found=found,
        matched=matched,
        ap_50=precisions[0] if precisions else None,
        ap_50_95=sum(precisions) / len(precisions) if precisions else None,
    )
