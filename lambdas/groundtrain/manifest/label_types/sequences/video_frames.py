"""Video frames: label types groundtruth/video-object-detection and groundtruth/video-object-tracking.

A line is one sequence of frames: source and label are both addresses of JSON files, and the boxes are in the
label's (SeqLabel.json, see `sequence_file.py`). Developer Guide, "Video frame object detection output".
"""

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import Alternative, LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata
from groundtrain.manifest.label_types.references import impossible_ids, possible_ids
from groundtrain.rules.findings import Finding

_USE = Alternative(
    "a line is a whole sequence",
    "copy its SeqLabel.json, make a line of each frame with groundtrain import sequence, and train object"
    " detection",
)


class SequenceMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    class_map: dict[str, str]


class FrameDetectionMetadata(SequenceMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute, without track of an object from frame to frame."""

    type: Literal["groundtruth/video-object-detection"]


class FrameTrackingMetadata(SequenceMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute, where an object keeps its id from frame to frame."""

    type: Literal["groundtruth/video-object-tracking"]


class SequenceRecord(Protocol):
    """One line with the address of a sequence's labels."""

    source: str
    label: str
    metadata: SequenceMetadata


def class_id_impossible(record: SequenceRecord) -> Iterator[Finding]:
    """GT238: the class-map has an id beyond 255."""
    return impossible_ids(record.metadata.class_map, "")


def summarize(record: SequenceRecord) -> RecordSummary:
    """An item for each class that the class-map names."""
    ids = possible_ids(record.metadata.class_map)
    return RecordSummary(ids, ids, may_find=("GT238",))


def objects_in_words(figures: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Tracked objects, where the figures are those of a sequence's own file."""
    return (("objects", f"{figures['objects']:,}"),) if "objects" in figures else ()


def sequence_type(name: str, metadata: type[SequenceMetadata], alternative: Alternative) -> LabelType:
    """A label type whose labels are files of sequences."""
    return LabelType(
        name=name,
        noun="labels",
        label=str,
        metadata=metadata,
        by_reference=True,
        of_images=False,
        checks={"GT238": class_id_impossible},
        summarize=summarize,
        class_names=lambda record: record.metadata.class_map,
        renumber=None,
        has_objects=lambda record: bool(record.metadata.class_map),
        tally=lambda: ItemTally("labels"),
        in_words=objects_in_words,
        alternative=alternative,
    )


VIDEO_OBJECT_DETECTION = sequence_type("groundtruth/video-object-detection", FrameDetectionMetadata, _USE)
VIDEO_OBJECT_TRACKING = sequence_type("groundtruth/video-object-tracking", FrameTrackingMetadata, _USE)
