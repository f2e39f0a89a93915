"""What predict says at the end: boxes, classes, what could not be read, and the evaluation."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from groundtrain.cli.commands.predict.inputs import Inputs
from groundtrain.cli.exchange_options import losses_document, print_losses
from groundtrain.cli.printing import print_counted, print_line, print_lines, print_table
from groundtrain.evaluation import ClassResult, FoundBox, mean_average_precisions
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.output.predictions_report import evaluation_document, evaluation_text, means_text
from groundtrain.predictions.box_lines import NamedBox
from groundtrain.predictions.evaluated_predictions import EvaluatedPredictions, evaluate_found
from groundtrain.predictions.predict import Prediction
from groundtrain.quantities import quantity

_SHOWN_IMAGES, _SHOWN_BOXES = 20, 10


class Predictions(Struct):
    """What was found so far.

    Attributes:
        keeps_all: whether the boxes of all images are kept, and not only those of the first ones.
        shown: images with their boxes.
        beside_labels: boxes of all scores, by the addresses of images; none of images without labels.
    """

    model: str
    classes: tuple[str, ...]
    least_score: float
    keeps_all: bool = False
    images: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    shown: list[tuple[Prediction, list[FoundBox]]] = field(default_factory=list)
    beside_labels: dict[str, list[NamedBox]] = field(default_factory=dict)
    unreadable: CountedExamples = field(default_factory=CountedExamples)

    def add(self, one: Prediction, *, is_labeled: bool) -> None:
        """Count the boxes of an image; boxes of all scores are kept where it is labeled."""
        if one.error is not None:
            self.unreadable.add(f"{one.image.name} ({one.error.message})")
            return
        boxes = [box for box in one.boxes if box.score >= self.least_score]
        self.images += 1
        self.counts.update(box.class_id for box in boxes)
        if self.keeps_all or len(self.shown) < _SHOWN_IMAGES:
            self.shown.append((one._replace(picture=None), boxes))
        named = (NamedBox(self.classes[box.class_id], *box[1:]) for box in one.boxes)
        self.beside_labels[one.image.name] = [*named] if is_labeled else []

    def evaluated(self, inputs: Inputs) -> EvaluatedPredictions | None:
        """The boxes beside the labels; None without labels."""
        if not inputs.labeled:
            return None
        return evaluate_found(inputs.labeled, self.beside_labels, inputs.left_out, self.least_score)


def predictions_document(
    inputs: Inputs, found: Predictions, evaluated: EvaluatedPredictions | None
) -> dict[str, Any]:
    """All of it, for JSON."""
    return {
        "model": found.model,
        "classes": list(found.classes),
        "least_score": found.least_score,
        "images": [_image_document(one, boxes, found.classes) for one, boxes in found.shown],
        "unreadable": msgspec.to_builtins(found.unreadable),
        "given_again": msgspec.to_builtins(inputs.given.repeated),
        "lines_without_image": msgspec.to_builtins(inputs.given.without_image),
        **losses_document(inputs.given.losses),
        "evaluation": evaluated and evaluation_document(evaluated),
    }


def print_predictions(inputs: Inputs, found: Predictions, evaluated: EvaluatedPredictions | None) -> None:
    """Print it, what is found in the last line; what could not be read goes to standard error."""
    print_lines(_images_text(found))
    classes = evaluated.evaluation.classes() if evaluated is not None else {}
    if evaluated is not None:
        print_lines(evaluation_text(evaluated, classes))
    elif inputs.without_labels:
        print_lines([f"{inputs.without_labels[0]} has no boxes to compare with."])
    print_counted("image", "could not be read", found.unreadable)
    print_counted("image", "given again, and looked at once", inputs.given.repeated)
    print_counted("line", "without an image", inputs.given.without_image)
    print_losses(inputs.given.losses)
    print_table((found.classes[i], count) for i, count in sorted(found.counts.items()))
    print_line(_summary(found, classes))


def _summary(found: Predictions, classes: Mapping[int, ClassResult]) -> str:
    boxes = quantity(found.counts.total(), "box", "boxes")
    means = mean_average_precisions(classes.values())
    quality = f", {means_text(means)}" if means else ""
    least = f"with a score of at least {found.least_score:g}"
    return f"{found.model}: {boxes} {least} on {quantity(found.images, 'image')}{quality}"


def _images_text(found: Predictions) -> Iterator[str]:
    for one, boxes in found.shown:
        yield f"{one.image.name}: {quantity(len(boxes), 'box', 'boxes')}"
        for box in boxes[:_SHOWN_BOXES]:
            place = f"left {box.left:.0f}, top {box.top:.0f}"
            size = f"{box.right - box.left:.0f} x {box.bottom - box.top:.0f}"
            yield f"  {found.classes[box.class_id]} {box.score:.2f}, {size}, {place}"
        if len(boxes) > _SHOWN_BOXES:
            yield f"  and {len(boxes) - _SHOWN_BOXES:,} more; --format json has them all"
    if found.images > len(found.shown):
        yield f"and {quantity(found.images - len(found.shown), 'more image')}; --format json has them all"


def _image_document(one: Prediction, boxes: list[FoundBox], classes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "image": one.image.name,
        "width": one.size.width,
        "height": one.size.height,
        "boxes": [{"class": classes[box.class_id], **_place(box)} for box in boxes],
    }


def _place(box: FoundBox) -> dict[str, float]:
    return {key: value for key, value in box._asdict().items() if key != "class_id"}
