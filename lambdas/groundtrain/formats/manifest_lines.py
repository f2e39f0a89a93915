"""Lines of an augmented manifest for labels from elsewhere, in the shape that Ground Truth writes.

Developer Guide, "Output Data". Confidence is 0, as Ground Truth writes it for a single worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.formats.labeled_items import LabeledItem, LabelKind, NamedBox, Size
from groundtrain.record_keys import keys_of

ClassIds = Mapping[str, int]
"""Class ids by name."""


class Origin(Struct, frozen=True):
    """Metadata to write for the labels: label attribute, labeling job, and creation date."""

    label: str
    job: str
    created: datetime


def labeled_line(
    origin: Origin,
    source: tuple[str, str],
    type_name: str,
    label: tuple[Any, dict[str, Any]],
    besides: Mapping[str, object] = {},
) -> bytes:
    """A line of a manifest.

    Args:
        origin: what is said of all labels.
        source: key and value of the source.
        type_name: type of the label, as Ground Truth spells it.
        label: value of the label attribute, and its metadata as far as the type decides them.
        besides: further attributes of the line.
    """
    keys = keys_of(origin.label, source[0])
    created = origin.created.astimezone(UTC).replace(tzinfo=None)
    return msgspec.json.encode(
        {
            keys.source: source[1],
            keys.label: label[0],
            keys.metadata: {
                **label[1],
                "type": type_name,
                "human-annotated": "yes",
                "creation-date": created.isoformat(timespec="microseconds"),
                "job-name": f"labeling-job/{origin.job.lower()}",
            },
            **besides,
        }
    )


def type_of(kind: LabelKind, *, is_text: bool) -> str:
    """The label type of Ground Truth for labels of this kind on images, or on texts."""
    of = "text" if is_text else "image"
    name = {
        "boxes": "object-detection",
        "class": f"{of}-classification",
        "classes": f"{of}-classification-multilabel",
        "entities": "text-span",
    }[kind]
    return f"groundtruth/{name}"


def label_of(
    item: LabeledItem, kind: LabelKind, size: Size | None, ids: ClassIds
) -> tuple[Any, dict[str, Any]]:
    """Value of the label attribute, and its metadata as far as the type decides them; boxes need a size."""
    if kind == "boxes" and size is not None:
        return boxes_value(size, item.boxes, ids), boxes_metadata(item.boxes, ids)
    if kind == "entities":
        return _entities(item, ids), {"entities": [{"confidence": 0} for _ in item.spans]}
    if kind == "class":
        return ids[item.classes[0]], class_metadata(item.classes[0])
    return [ids[name] for name in item.classes], classes_metadata(item.classes, ids)


def boxes_value(size: Size, boxes: Iterable[NamedBox], ids: ClassIds) -> dict[str, Any]:
    """The label groundtruth/object-detection."""
    return {
        "image_size": [{"width": size.width, "height": size.height, "depth": size.depth}],
        "annotations": [
            {
                "class_id": ids[box.name],
                "left": plain_number(box.left),
                "top": plain_number(box.top),
                "width": plain_number(box.width),
                "height": plain_number(box.height),
            }
            for box in boxes
        ],
    }


def boxes_metadata(boxes: Sequence[NamedBox], ids: ClassIds) -> dict[str, Any]:
    """Its metadata."""
    names = {ids[box.name]: box.name for box in boxes}
    return {
        "objects": [{"confidence": 0} for _ in boxes],
        "class-map": {str(i): name for i, name in sorted(names.items())},
    }


def class_metadata(name: str) -> dict[str, Any]:
    """Metadata of one class for the whole object; the label is its id."""
    return {"class-name": name, "confidence": 0}


def classes_metadata(names: Iterable[str], ids: ClassIds) -> dict[str, Any]:
    """Metadata of any number of classes; the label is a list of their ids."""
    by_id = {str(ids[name]): name for name in names}
    return {"class-map": by_id, "confidence-map": dict.fromkeys(by_id, 0)}


def plain_number(side: float) -> float:
    """Whole numbers without a fraction, as people write them; others to their last digit."""
    return int(side) if side == int(side) else side


def _entities(item: LabeledItem, ids: ClassIds) -> dict[str, Any]:
    return {
        "annotations": {
            "labels": [{"label": name} for name in ids],
            "entities": [
                {"label": span.name, "startOffset": span.start, "endOffset": span.end} for span in item.spans
            ],
        }
    }
