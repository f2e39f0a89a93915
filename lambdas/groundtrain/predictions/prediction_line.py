"""A line of a manifest of predictions, in the shape of what Ground Truth labels by machine.

Developer Guide, "Automate data labeling" and "Output Data": that of a bounding box job, with human-annotated
"no" and the model's confidences. `model-name` and `least-confidence` are ours; the guide has no such keys.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.evaluation import FoundBox
from groundtrain.formats.labeled_items import Size
from groundtrain.formats.manifest_lines import plain_number
from groundtrain.record_keys import SOURCE_REF, keys_of


class Predictor(Struct, frozen=True):
    """What is said of all predictions.

    Attributes:
        label: name of the label attribute.
        model: its name, such as that of the model's file.
        classes: names of the classes by their ids.
        least_score: from which boxes are written.
        created: when.
    """

    label: str
    model: str
    classes: Sequence[str]
    least_score: float
    created: datetime


def prediction_line(
    predictor: Predictor,
    source: str,
    size: Size,
    boxes: Sequence[FoundBox],
    besides: Mapping[str, object] = {},
) -> bytes:
    """A line for an image.

    Args:
        predictor: what is said of all lines.
        source: the image's address.
        size: of the image as it is shown, in pixels.
        boxes: those of at least the least score are written, in their order.
        besides: further attributes of the line.
    """
    written = [box for box in boxes if box.score >= predictor.least_score]
    keys = keys_of(predictor.label, SOURCE_REF)
    label = {"image_size": [msgspec.to_builtins(size)], "annotations": [*map(_annotation, written)]}
    return msgspec.json.encode(
        {keys.source: source, **besides, keys.label: label, keys.metadata: _metadata(predictor, written)}
    )


def _annotation(box: FoundBox) -> dict[str, Any]:
    return {
        "class_id": box.class_id,
        "left": plain_number(box.left),
        "top": plain_number(box.top),
        "width": plain_number(box.right - box.left),
        "height": plain_number(box.bottom - box.top),
    }


def _metadata(predictor: Predictor, boxes: Sequence[FoundBox]) -> dict[str, Any]:
    created = predictor.created.astimezone(UTC).replace(tzinfo=None)
    return {
        "objects": [{"confidence": box.score} for box in boxes],
        "class-map": {str(i): predictor.classes[i] for i in sorted({box.class_id for box in boxes})},
        "type": "groundtruth/object-detection",
        "human-annotated": "no",
        "creation-date": created.isoformat(timespec="microseconds"),
        "model-name": predictor.model,
        "least-confidence": predictor.least_score,
    }
