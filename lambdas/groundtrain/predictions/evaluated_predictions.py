"""Predictions beside labels: a manifest of each, joined by their images and by the names of classes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from groundtrain.evaluation import LEAST_SCORE, Evaluation, FoundBox, ImageBoxes, LabeledBox, evaluate
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.predictions.box_lines import BoxLine, NamedBox, read_box_lines
from groundtrain.record_keys import METADATA

_LONGEST_NAME = 500  # characters of a model's name


class NotEvaluated(Struct):
    """What an evaluation leaves out, each counted, with the first ones.

    Attributes:
        unusable: lines of either manifest whose boxes cannot be read.
        repeated: lines with an image of an earlier line of their manifests.
        not_predicted: labeled images that no line of the predictions names.
        not_labeled: predicted images that no line of the labels names.
    """

    unusable: CountedExamples = field(default_factory=CountedExamples)
    repeated: CountedExamples = field(default_factory=CountedExamples)
    not_predicted: CountedExamples = field(default_factory=CountedExamples)
    not_labeled: CountedExamples = field(default_factory=CountedExamples)


class EvaluatedPredictions(NamedTuple):
    """An evaluation, and what it is of.

    Attributes:
        classes: names, by the class ids of the evaluation; those of the labels come first.
        evaluation: its images are called by their addresses, in the order of the labels.
        sizes: width and height of each image in pixels, by its address, as the labels say.
        left_out: what is not in it.
        model: name of the model, "" when the predictions do not say it.
        least_confidence: below which no predictions were written, so that average precision lacks them.
    """

    classes: tuple[str, ...]
    evaluation: Evaluation
    sizes: dict[str, tuple[int, int]]
    left_out: NotEvaluated
    model: str = ""
    least_confidence: float = 0.0


def evaluate_predictions(
    labels: Sequence[ManifestSource],
    predictions: ManifestSource,
    *,
    label: str | None = None,
    predicted: str | None = None,
    least_score: float = LEAST_SCORE,
) -> EvaluatedPredictions:
    """Evaluate the predictions on all images that both name.

    Args:
        labels: manifests of labels, such as the sides of a dataset.
        predictions: a manifest of predictions.
        label: label attribute of the labels; needed when there are several.
        predicted: label attribute of the predictions; needed when there are several.
        least_score: from which a box counts in all but average precision.

    Raises:
        ManifestError, LabelAttributeError: as `read_box_lines`.
    """
    left_out = NotEvaluated()
    found = by_source(read_box_lines(predictions, predicted, left_out.unusable), left_out.repeated)
    lines = (line for source in labels for line in read_box_lines(source, label, left_out.unusable))
    labeled = by_source(lines, left_out.repeated)
    boxes = {source: line.boxes for source, line in found.items()}
    evaluated = evaluate_found(labeled, boxes, left_out, least_score)
    model, least_confidence = _said_of_model(predictions, predicted)
    return evaluated._replace(model=model, least_confidence=least_confidence)


def evaluate_found(
    labeled: Mapping[str, BoxLine],
    found: Mapping[str, Sequence[NamedBox]],
    left_out: NotEvaluated,
    least_score: float = LEAST_SCORE,
) -> EvaluatedPredictions:
    """Evaluate what was found on labeled images.

    Args:
        labeled: lines by the addresses of their images.
        found: boxes by the addresses of their images.
        left_out: where images are counted that only one of the two has.
        least_score: from which a box counts in all but average precision.
    """
    left_out.not_labeled = CountedExamples.of(source for source in found if source not in labeled)
    left_out.not_predicted = CountedExamples.of(source for source in labeled if source not in found)
    both = {source: line for source, line in labeled.items() if source in found}
    labeled_names = (box.name for line in labeled.values() for box in line.boxes)
    found_names = (box.name for source in both for box in found[source])
    numbers = {name: number for number, name in enumerate(dict.fromkeys(chain(labeled_names, found_names)))}
    images = [_image_boxes(line, found[source], numbers) for source, line in both.items()]
    sizes = {source: (line.width, line.height) for source, line in both.items()}
    return EvaluatedPredictions(tuple(numbers), evaluate(images, least_score), sizes, left_out)


def _image_boxes(line: BoxLine, found: Iterable[NamedBox], numbers: Mapping[str, int]) -> ImageBoxes:
    """The boxes of an image, with numbers in place of the names of their classes."""
    return ImageBoxes(
        line.source,
        [LabeledBox(numbers[box.name], *box[2:]) for box in line.boxes],
        [FoundBox(numbers[box.name], *box[1:]) for box in found],
    )


def by_source(lines: Iterable[BoxLine], repeated: CountedExamples) -> dict[str, BoxLine]:
    """The first line of each image."""
    first: dict[str, BoxLine] = {}
    for line in lines:
        if line.source in first:
            repeated.add(line.source)
        else:
            first[line.source] = line
    return first


class _SaidOfModel(Struct, rename="kebab"):
    model_name: str = ""
    least_confidence: float = 0.0


def _said_of_model(predictions: ManifestSource, predicted: str | None) -> tuple[str, float]:
    """Name of the model, and the least confidence, as the first line with predictions says them."""
    key = find_label(predictions, predicted).name + METADATA
    for _, line in Lines(predictions.open()):
        try:
            said = msgspec.json.decode(decode_pieces(line)[key], type=_SaidOfModel)
        except (KeyError, *DECODE_ERRORS):
            continue
        return said.model_name[:_LONGEST_NAME], said.least_confidence
    return "", 0.0
