"""What a model found beside what is labeled, as the page shows it: by class, confusions, the worst images."""

from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec import Struct

from groundtrain.evaluation import Evaluation, ImageResult, mean_average_precisions
from groundtrain.evaluation.boxes import FoundBox, LabeledBox
from groundtrain.predictions.evaluated_predictions import EvaluatedPredictions
from groundtrain.printable_text import printable_start
from groundtrain.quantities import quantity
from groundtrain.reporting.picture_images import image_of
from groundtrain.reporting.pictures import Names, Thumbnails
from groundtrain.reporting.shown_lengths import ADDRESS, NAME

WORST = 24
"""Images that are shown."""

_MOST_CLASSES, _CONFUSED, _MOST_BOXES = 60, 12, 200


class ClassMeasured(Struct, frozen=True):
    """One class; shares and average precision are None where there is nothing to measure."""

    name: str
    labeled: int
    found: int
    matched: int
    precision: float | None
    recall: float | None
    average_precision: float | None


class ComparedPicture(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One image; boxes are class, left, top, width, height, kind, the class found instead or -1, and score.

    Kinds are right, confused, missed and extra; their words stand in page/compare.js (KIND_WORDS).
    """

    source: str
    said: str
    size: tuple[int, int] | None = None
    image: str = ""
    missing: str = ""
    boxes: tuple[tuple[int, float, float, float, float, str, int, float], ...] = ()


class Comparison(Struct, frozen=True, rename="camel"):
    """What the page tells of predictions.

    Attributes:
        means: average precision over all classes, at an overlap of 0.5 and over 0.5 to 0.95; None for none.
        confusions: of the classes that are confused most: names, and rows of labeled by found, nothing last.
    """

    model: str
    least_score: float
    images: int
    means: tuple[float, float] | None
    classes: tuple[ClassMeasured, ...]
    confusions: tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]
    pictures: tuple[ComparedPicture, ...]
    note: str


def compared(evaluated: EvaluatedPredictions, names: Names, thumbnails: Thumbnails | None) -> Comparison:
    """What the page tells; `names` gets those of the classes on the pictures."""
    evaluation = evaluated.evaluation
    classes = evaluation.classes()
    ranked = sorted(classes.items(), key=lambda one: (one[1].recall or 0, one[0]))
    worst = [one for one in evaluation.worst_first() if one.mistakes][:WORST]
    return Comparison(
        model=printable_start(evaluated.model, NAME),
        least_score=evaluation.least_score,
        images=len(evaluation.images),
        means=mean_average_precisions(classes.values()),
        classes=tuple(
            ClassMeasured(
                _name(evaluated, i), one.labeled, one.found, one.matched, one.precision, one.recall, one.ap_50
            )
            for i, one in ranked[:_MOST_CLASSES]
        ),
        confusions=_confusions(evaluated, evaluation),
        pictures=tuple(_picture(evaluated, one, names, thumbnails) for one in worst),
        note=_not_compared(evaluated),
    )


def _name(evaluated: EvaluatedPredictions, class_id: int) -> str:
    return printable_start(evaluated.classes[class_id], NAME)


def _confusions(
    evaluated: EvaluatedPredictions, evaluation: Evaluation
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    pairs = evaluation.confusions()
    mistakes: dict[int, int] = {}
    for (labeled, found), count in pairs.items():
        for one in {labeled, found} - {None} if labeled != found else ():
            mistakes[one or 0] = mistakes.get(one or 0, 0) + count
    most = sorted(mistakes, key=lambda i: (-mistakes[i], i))[:_CONFUSED]
    shown: list[int | None] = [*sorted(most), None]
    rows = tuple(tuple(pairs[labeled, found] for found in shown) for labeled in shown)
    return tuple("nothing" if i is None else _name(evaluated, i) for i in shown), rows


def _picture(
    evaluated: EvaluatedPredictions, one: ImageResult, names: Names, thumbnails: Thumbnails | None
) -> ComparedPicture:
    size = evaluated.sizes.get(one.name)
    found, missing = image_of(one.name, size, thumbnails)
    mistakes_first = islice(_boxes(evaluated, one, names), _MOST_BOXES)
    boxes = tuple(sorted(mistakes_first, key=lambda box: box[5] != "right"))
    every = sum(map(len, (one.matched, one.confused, one.missed, one.extra)))
    further = every - len(boxes)
    return ComparedPicture(
        source=printable_start(one.name, ADDRESS),
        said=_said(one) + (f"; {further:,} of these {every:,} boxes are not drawn" if further else ""),
        size=size,
        image=found.data if found else "",
        missing=missing,
        boxes=boxes,
    )


def _boxes(
    evaluated: EvaluatedPredictions, one: ImageResult, names: Names
) -> Iterator[tuple[int, float, float, float, float, str, int, float]]:
    def drawn(
        box: LabeledBox | FoundBox, kind: str, other: int = -1, score: float = 0
    ) -> tuple[int, float, float, float, float, str, int, float]:
        place = names.place(evaluated.classes[box.class_id])
        sides = box.left, box.top, box.right - box.left, box.bottom - box.top
        left, top, width, height = (round(side, 1) for side in sides)
        return place, left, top, width, height, kind, other, round(score, 3)

    for match in one.confused:
        instead = names.place(evaluated.classes[match.found.class_id])
        yield drawn(match.labeled, "confused", instead, match.found.score)
    yield from (drawn(box, "missed") for box in one.missed)
    yield from (drawn(box, "extra", -1, box.score) for box in one.extra)
    yield from (drawn(match.found, "right", -1, match.found.score) for match in one.matched)


def _said(one: ImageResult) -> str:
    counts = {
        "right": len(one.matched),
        "as another class": len(one.confused),
        "not found": len(one.missed),
        "where nothing is labeled": len(one.extra),
    }
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)


def _not_compared(evaluated: EvaluatedPredictions) -> str:
    """What the comparison leaves out, in a sentence."""
    left = evaluated.left_out
    counts: Mapping[str, int] = {
        "without a prediction": left.not_predicted.count,
        "without labels": left.not_labeled.count,
    }
    said = [f"{quantity(count, 'image')} {what}" for what, count in counts.items() if count]
    lines = left.unusable.count + left.repeated.count
    if lines:
        said.append(f"{quantity(lines, 'line')} unusable or repeated")
    return f"Not compared: {', '.join(said)}." if said else ""
