"""The boxes on the lines of a manifest, labeled by people or found by a model."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import find_label, survey_enough
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.source import ManifestSource

_UNUSABLE = frozenset({"GT202", "GT205", "GT209", "GT301"})


class NamedBox(NamedTuple):
    """A box with the name of its class; corners in pixels from the image's top left one.

    Attributes:
        confidence: the model's, from 0 to 1; 1 where a person drew it, or none is said.
    """

    name: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class BoxLine(NamedTuple):
    """A line, its image's address and size in pixels, and its boxes."""

    number: int
    source: str
    width: int
    height: int
    boxes: tuple[NamedBox, ...]


def label_with_boxes(source: ManifestSource, wanted: str | None) -> str | None:
    """The label attribute that predictions are compared with; None where the manifest has none of boxes.

    Args:
        source: the manifest.
        wanted: name of the attribute, where one was asked for.

    Raises:
        LabelAttributeError: it has several, and none was asked for.
    """
    if wanted is not None:
        return wanted
    found = survey_enough(source, None)
    named = [name for name, attribute in found.items() if find_type(attribute) is BOUNDING_BOX]
    if len(named) > 1:
        return find_label(source, None).name
    return named[0] if named else None


def read_box_lines(source: ManifestSource, label: str | None, unusable: CountedExamples) -> Iterator[BoxLine]:
    """Each line whose boxes can be read; the others are counted as unusable.

    Args:
        source: the manifest.
        label: the label attribute; needed when there are several.
        unusable: where is counted what cannot be read, by its line.

    Raises:
        ManifestError: it is no manifest, or its labels are no boxes.
        LabelAttributeError: the label attribute is not there, or several are and none was chosen.
    """
    refuse_other_formats(source)
    attribute = find_label(source, label)
    if find_type(attribute) is not BOUNDING_BOX:
        raise ManifestError(
            f"{source.name}: labels of {attribute.name} are of type {attribute.type}, and no boxes",
            fix="name a manifest with boxes, or choose a label attribute that has them",
        )
    keys = keys_to_read(attribute, BOUNDING_BOX)
    reader = RecordReader(keys, BOUNDING_BOX, _UNUSABLE)
    for number, line in Lines(completed(source, keys, BOUNDING_BOX).open()):
        reading = reader.read(number, line)
        if reading.record is None or reading.findings:
            unusable.add(f"{source.name} line {number}")
        else:
            record: Any = reading.record
            size = record.label.image_size[0]
            yield BoxLine(number, record.source, size.width, size.height, _boxes(record))


def _boxes(record: Any) -> tuple[NamedBox, ...]:
    names, boxes = record.metadata.class_map, record.label.annotations
    confidences = _confidences(record.metadata) or (1.0,) * len(boxes)
    return tuple(
        NamedBox(
            names[str(box.class_id)],
            confidence,
            box.left,
            box.top,
            box.left + box.width,
            box.top + box.height,
        )
        for box, confidence in zip(boxes, confidences, strict=True)
    )


def _confidences(metadata: Any) -> tuple[float, ...]:
    """Those of a model; people's say nothing: a single worker's is 0, several workers' how far they agree."""
    if metadata.human_annotated != "no" or not metadata.objects:
        return ()
    return tuple(_confidence(each.confidence) for each in metadata.objects)


def _confidence(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 1.0
