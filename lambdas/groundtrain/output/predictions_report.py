"""How good predictions are, as text and as a JSON document."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from groundtrain.evaluation import ClassResult, FoundBox, ImageResult, LabeledBox, mean_average_precisions
from groundtrain.output.text_table import table
from groundtrain.predictions.evaluated_predictions import EvaluatedPredictions, NotEvaluated
from groundtrain.printable_text import printable_start
from groundtrain.quantities import first_few, quantity

_CLASSES, _CONFUSIONS, _IMAGES, _EXAMPLES, _LONGEST = 50, 10, 10, 5, 60
_NOT_EVALUATED = {
    "unusable": "lines whose boxes cannot be read",
    "repeated": "lines with an image of an earlier one",
    "not_predicted": "labeled images without predictions",
    "not_labeled": "predicted images without labels",
}


def evaluation_text(evaluated: EvaluatedPredictions, classes: Mapping[int, ClassResult]) -> Iterator[str]:
    """Classes with precision, recall and average precision, confusions, and the worst images first.

    Args:
        evaluated: predictions.
        classes: of the evaluation, which takes a moment to compute.
    """
    evaluation = evaluated.evaluation
    boxes = quantity(sum(one.labeled for one in classes.values()), "labeled box", "labeled boxes")
    yield (
        f"Compared with {boxes} on {quantity(len(evaluation.images), 'image')}; precision and recall are of"
        f" boxes with a score of at least {evaluation.least_score:g}:"
    )
    yield from _class_table(evaluated, classes)
    if means := mean_average_precisions(classes.values()):
        yield f"  {means_text(means)}{_lacking(evaluated)}"
    yield from _confusions(evaluated)
    yield from _worst_images(evaluated)
    yield from not_evaluated_text(evaluated.left_out)


def means_text(means: tuple[float, float]) -> str:
    """Mean average precision at an overlap of 0.5, and over 0.5 to 0.95."""
    return f"mAP@0.5 {means[0]:.4f}, mAP@0.5:0.95 {means[1]:.4f}"


def not_evaluated_text(left_out: NotEvaluated) -> Iterator[str]:
    """What is not compared, with examples."""
    counts = {what: getattr(left_out, name) for name, what in _NOT_EVALUATED.items()}
    if any(one.count for one in counts.values()):
        yield "Not compared:"
    for what, one in counts.items():
        if one.count:
            further = one.count - len(one.examples[:_EXAMPLES])
            examples = first_few(one.examples[:_EXAMPLES], _EXAMPLES)
            yield f"  {what}: {one.count:,}, {examples}{f' and {further:,} more' if further else ''}"


def evaluation_document(evaluated: EvaluatedPredictions) -> dict[str, Any]:
    """All of it, for JSON; the worst images first, boxes with the names of their classes."""
    evaluation, classes = evaluated.evaluation, evaluated.evaluation.classes()
    means = mean_average_precisions(classes.values())
    names = evaluated.classes
    return {
        "least_score": evaluation.least_score,
        "map_50": means and means[0],
        "map_50_95": means and means[1],
        "classes": {names[i]: _class_document(one) for i, one in classes.items()},
        "confusions": [
            {"labeled": _name(names, labeled), "found": _name(names, found), "boxes": count}
            for (labeled, found), count in _sorted_confusions(evaluated)
        ],
        "images": [_image_document(image, names) for image in evaluation.worst_first()],
        "not_compared": msgspec.to_builtins(evaluated.left_out),
    }


def _class_table(evaluated: EvaluatedPredictions, classes: Mapping[int, ClassResult]) -> Iterator[str]:
    title = ("class", "labeled", "found", "right", "precision", "recall", "AP@0.5", "AP@0.5:0.95")
    shown = list(classes.items())[:_CLASSES]
    rows = [(_shown_name(evaluated, i), *_class_row(one)) for i, one in shown]
    yield from table([title, *rows])
    if len(classes) > len(shown):
        more = quantity(len(classes) - len(shown), "more class", "more classes")
        yield f"  and {more}; --format json has them all"


def _class_row(one: ClassResult) -> tuple[str, ...]:
    counts = (f"{number:,}" for number in (one.labeled, one.found, one.matched))
    return (*counts, *map(_share, (one.precision, one.recall, one.ap_50, one.ap_50_95)))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _lacking(evaluated: EvaluatedPredictions) -> str:
    least = evaluated.least_confidence
    return f", without boxes of a confidence below {least:g}, which were not written" if least else ""


def _confusions(evaluated: EvaluatedPredictions) -> Iterator[str]:
    wrong = [(pair, count) for pair, count in _sorted_confusions(evaluated) if pair[0] != pair[1]]
    if wrong:
        yield "Mistakes, the most frequent first:"
    for (labeled, found), count in wrong[:_CONFUSIONS]:
        yield f"  {_mistake(evaluated, labeled, found)}: {count:,}"
    if len(wrong) > _CONFUSIONS:
        yield f"  and {len(wrong) - _CONFUSIONS:,} more pairs of classes; --format json has them all"


def _mistake(evaluated: EvaluatedPredictions, labeled: int | None, found: int | None) -> str:
    if labeled is None and found is not None:
        return f"{_shown_name(evaluated, found)} where nothing is labeled"
    if found is None and labeled is not None:
        return f"{_shown_name(evaluated, labeled)} not found"
    names = (_shown_name(evaluated, one) for one in (labeled, found) if one is not None)
    return " found as ".join(names)


def _sorted_confusions(
    evaluated: EvaluatedPredictions,
) -> list[tuple[tuple[int | None, int | None], int]]:
    last = len(evaluated.classes)
    return sorted(
        evaluated.evaluation.confusions().items(),
        key=lambda one: (-one[1], *(last if place is None else place for place in one[0])),
    )


def _worst_images(evaluated: EvaluatedPredictions) -> Iterator[str]:
    wrong = [image for image in evaluated.evaluation.worst_first() if image.mistakes]
    if wrong:
        yield f"Images with mistakes, {len(wrong):,}, the worst first:"
    yield from table(
        (
            printable_start(image.name, 2 * _LONGEST),
            f"{len(image.matched):,} right",
            f"{len(image.confused):,} of another class",
            f"{len(image.missed):,} missed",
            f"{len(image.extra):,} too many",
        )
        for image in wrong[:_IMAGES]
    )
    if len(wrong) > _IMAGES:
        yield f"  and {len(wrong) - _IMAGES:,} more; --format json has them all"


def _shown_name(evaluated: EvaluatedPredictions, class_id: int) -> str:
    return printable_start(evaluated.classes[class_id], _LONGEST)


def _name(names: tuple[str, ...], class_id: int | None) -> str | None:
    return None if class_id is None else names[class_id]


def _class_document(one: ClassResult) -> dict[str, Any]:
    return {**one._asdict(), "precision": one.precision, "recall": one.recall}


def _image_document(image: ImageResult, names: tuple[str, ...]) -> dict[str, Any]:
    pairs = {
        what: [
            {"labeled": _box(one.labeled, names), "found": _box(one.found, names)}
            for one in getattr(image, what)
        ]
        for what in ("matched", "confused")
    }
    return {
        "image": image.name,
        "score": image.score,
        **pairs,
        "missed": [_box(box, names) for box in image.missed],
        "extra": [_box(box, names) for box in image.extra],
    }


def _box(box: LabeledBox | FoundBox, names: tuple[str, ...]) -> dict[str, Any]:
    score = {"score": box.score} if isinstance(box, FoundBox) else {}
    corners = {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}
    return {"class": names[box.class_id], **score, **corners}
