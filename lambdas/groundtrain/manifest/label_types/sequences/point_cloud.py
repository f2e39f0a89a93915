"""3D point clouds: cuboids on one frame, cuboids tracked over a sequence, and a class for every point.

Developer Guide, "3D point cloud object detection output" and following. Its sample of detection spells
`class_map` with an underscore; both spellings are read.
"""

from collections.abc import Iterator
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from groundtrain.manifest.label_types.class_ids import WholeId, renumbered_map
from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import Alternative, LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata
from groundtrain.manifest.label_types.references import impossible_ids, possible_ids
from groundtrain.manifest.label_types.repetition import repeated_items, repetitions_fix
from groundtrain.manifest.label_types.semantic_segmentation import MaskClass
from groundtrain.manifest.label_types.sequences.video_frames import SequenceMetadata, sequence_type
from groundtrain.rules.findings import Finding

BACKGROUND = "Background"
_USE = Alternative(
    "no built-in algorithm reads point clouds", "train with a container of your own (own-image) that does"
)


class Cuboid(Struct, gc=False, frozen=True, rename="kebab"):
    """A box in space; sizes and centre in the unit of the point cloud."""

    class_id: WholeId
    length: float
    width: float
    height: float
    center_x: float
    center_y: float
    center_z: float


class Cuboids(Struct, gc=False):
    """The value of the label attribute."""

    annotations: list[Cuboid]


class CuboidMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/point_cloud_object_detection"]
    class_map: dict[str, str] = field(default_factory=dict)
    class_map_underscore: dict[str, str] = field(name="class_map", default_factory=dict)


class CuboidTrackingMetadata(SequenceMetadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/point_cloud_object_tracking"]


class PointMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/point_cloud_single_frame_semantic_segmentation"]
    color_map: dict[str, MaskClass]


class CuboidRecord(Protocol):
    """One line with cuboids."""

    source: str
    label: Cuboids
    metadata: CuboidMetadata


class PointRecord(Protocol):
    """One line with the address of a file that has one byte a point."""

    source: str
    label: str
    metadata: PointMetadata


def without_volume(record: CuboidRecord) -> Iterator[Finding]:
    """GT207: a length is zero or less."""
    for i, cuboid in enumerate(record.label.annotations):
        if min(cuboid.length, cuboid.width, cuboid.height) <= 0:
            size = f"{cuboid.length:g} x {cuboid.width:g} x {cuboid.height:g}"
            yield Finding.unplaced("GT207", f"a cuboid of {size}", f"annotations[{i}]")


def repeated_cuboid(record: CuboidRecord) -> Iterator[Finding]:
    """GT242: the same cuboid of the same class was drawn before."""
    return repeated_items("cuboid", "annotations", record.label.annotations)


def cuboid_not_in_map(record: CuboidRecord) -> Iterator[Finding]:
    """GT301: a cuboid's class id has no name on its line."""
    names = cuboid_names(record)
    for i, cuboid in enumerate(record.label.annotations):
        if str(cuboid.class_id) not in names:
            yield Finding.unplaced(
                "GT301",
                f"class id {cuboid.class_id} with class-map ids {', '.join(names) or 'none'}",
                f"annotations[{i}].class-id",
            )


def cuboid_names(record: CuboidRecord) -> dict[str, str]:
    """Names by id, in either spelling of the map."""
    return record.metadata.class_map or record.metadata.class_map_underscore


def summarize(record: CuboidRecord) -> RecordSummary:
    """An item for each cuboid."""
    items = [cuboid.class_id for cuboid in record.label.annotations]
    return RecordSummary(items, set(items), may_find=("GT207", "GT242", "GT301"))


def renumber(label: dict[str, Any], metadata: dict[str, Any], ids: dict[int, int]) -> dict[str, Any]:
    """Give classes other ids, in the cuboids and in the class-map; ids not in `ids` leave the map."""
    for cuboid in label["annotations"]:
        cuboid["class-id"] = ids[cuboid["class-id"]]
    for key in {"class-map", "class_map"} & metadata.keys():
        metadata[key] = renumbered_map(metadata[key], ids)
    return label


def point_class_impossible(record: PointRecord) -> Iterator[Finding]:
    """GT238: the colour map has an id that no byte can hold."""
    return impossible_ids(record.metadata.color_map, "")


def summarize_points(record: PointRecord) -> RecordSummary:
    """An item for each class that the colour map names."""
    ids = possible_ids(record.metadata.color_map)
    return RecordSummary(ids, ids, may_find=("GT238",))


POINT_CLOUD_OBJECT_DETECTION = LabelType(
    name="groundtruth/point_cloud_object_detection",
    noun="cuboids",
    label=Cuboids,
    metadata=CuboidMetadata,
    of_images=False,
    checks={"GT207": without_volume, "GT242": repeated_cuboid, "GT301": cuboid_not_in_map},
    fixes={"GT242": repetitions_fix(("annotations",), "objects")},
    summarize=summarize,
    class_names=cuboid_names,
    items_at=("annotations",),
    entries_beside="objects",
    renumber=renumber,
    has_objects=lambda record: bool(record.label.annotations),
    tally=lambda: ItemTally("cuboids"),
    alternative=_USE,
)

POINT_CLOUD_OBJECT_TRACKING = sequence_type(
    "groundtruth/point_cloud_object_tracking", CuboidTrackingMetadata, _USE
)

POINT_CLOUD_SEMANTIC_SEGMENTATION = LabelType(
    name="groundtruth/point_cloud_single_frame_semantic_segmentation",
    noun="labels",
    label=str,
    metadata=PointMetadata,
    by_reference=True,
    of_images=False,
    checks={"GT238": point_class_impossible},
    summarize=summarize_points,
    class_names=lambda record: {key: entry.class_name for key, entry in record.metadata.color_map.items()},
    renumber=None,
    background=BACKGROUND,
    has_objects=lambda record: bool(record.metadata.color_map),
    tally=lambda: ItemTally("labels"),
    alternative=_USE,
)
