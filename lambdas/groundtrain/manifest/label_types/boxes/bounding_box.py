"""Bounding boxes: label type groundtruth/object-detection; `box_record` says what a line of it holds."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from msgspec import UNSET

from groundtrain.manifest.label_types.boxes.box_clipping import clip, is_clippable
from groundtrain.manifest.label_types.boxes.box_geometry import (
    in_words,
    is_beside,
    share_outside,
    stands_out,
)
from groundtrain.manifest.label_types.boxes.box_habits import BoxHabits
from groundtrain.manifest.label_types.boxes.box_record import (
    BoundingBoxes,
    BoxMetadata,
    BoxRecord,
)
from groundtrain.manifest.label_types.boxes.box_statistics import BoxTally, sizes_in_words
from groundtrain.manifest.label_types.boxes.box_union import unite
from groundtrain.manifest.label_types.class_ids import renumbered_map
from groundtrain.manifest.label_types.label_type import LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import common_string_count
from groundtrain.manifest.label_types.repetition import repeated_items, repetitions_fix
from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding

MOST_PIXELS = 100_000_000
"""Developer Guide, "Input File Size Quota"."""

_SHAPE, _FEWEST_PIXELS = 300, 2  # image_shape is 300 unless set, and never less
_SMALLEST = _FEWEST_PIXELS / _SHAPE
_TINY, _OUTSIDE = ("GT212",), ("GT204", "GT207", "GT208", "GT212")
_BESIDE_PLACES = ("GT205", "GT209", "GT211", "GT213", "GT242", "GT301")
_NOT_TINY = _SMALLEST * 1.000001  # by more than sums of fractions are rounded
_USUAL_IDS = 256
_IDS = [*map(str, range(_USUAL_IDS))]  # looked up in half the time


def summarize(record: BoxRecord) -> RecordSummary:
    """One go over the boxes: their classes, their shorter sides, and which checks may find something."""
    size, boxes = record.label.image_size[0], record.label.annotations
    width, height = float(size.width), float(size.height)
    narrow, low = _NOT_TINY * width, _NOT_TINY * height
    if narrow < 1.0 or low < 1.0:
        narrow, low = max(narrow, 1.0), max(low, 1.0)
    are_large = are_inside = True
    items: list[int] = []
    sizes: list[float] = []
    for box in boxes:
        left, top, wide, high = box.left, box.top, box.width, box.height
        if wide < narrow or high < low:
            are_large = False
            are_inside = are_inside and wide >= 1.0 and high >= 1.0
        if left < 0.0 or top < 0.0 or left + wide > width or top + high > height:
            are_inside = False
        items.append(box.class_id)
        sizes.append(wide if wide < high else high)  # noqa: FURB136  min() takes thrice as long
    classes = set(items)
    may_find = _OUTSIDE if not are_inside else () if are_large else _TINY
    if not _is_sound(record, classes, sizes):
        may_find = (*may_find, *_BESIDE_PLACES)
    return RecordSummary(items, classes, may_find, _string_count(record), sizes)


def _is_sound(record: BoxRecord, classes: set[int], sizes: list[float]) -> bool:
    """True when no check finds anything but those of where the boxes lie; `sizes` are their shorter sides."""
    size, boxes = record.label.image_size[0], record.label.annotations
    names, objects = record.metadata.class_map, record.metadata.objects
    for class_id in classes:
        if (_IDS[class_id] if class_id < _USUAL_IDS else str(class_id)) not in names:
            return False
    return (
        (size.depth == 3 or size.depth is UNSET)
        and size.width > 0
        and size.height > 0
        and size.width * size.height <= MOST_PIXELS
        and (objects is UNSET or len(objects) == len(boxes))
        and (len(boxes) < 2 or len(set(sizes)) == len(boxes) or len(set(boxes)) == len(boxes))
    )


def _string_count(record: BoxRecord) -> int:
    """Strings in label and metadata; 0 where a confidence is missing, and another key may be in its place."""
    size, metadata = record.label.image_size[0], record.metadata
    keys = 5 + 5 * len(record.label.annotations)  # image_size, width, height, annotations, class-map; boxes'
    if metadata.objects is not UNSET:
        for each in metadata.objects:
            if each.confidence is UNSET:
                return 0
        keys += 1 + len(metadata.objects)
    if size.depth is not UNSET:
        keys += 1
    return keys + 2 * len(metadata.class_map) + common_string_count(metadata)


def image_size_impossible(record: BoxRecord) -> Iterator[Finding]:
    """GT205: an image without pixels."""
    size = record.label.image_size[0]
    if size.width <= 0 or size.height <= 0:
        yield Finding.unplaced("GT205", f"an image of {size.width} x {size.height} pixels", "image_size[0]")


def box_outside_image(record: BoxRecord) -> Iterator[Finding]:
    """GT204: part of a box is outside; averaged boxes (fractions) may stand out by up to one pixel."""
    size = record.label.image_size[0]
    for i, box in enumerate(record.label.annotations):
        if not stands_out(box, size):
            continue
        saw, fix = f"{in_words(box)} in an image of {size.width} x {size.height}", ""
        if not is_clippable(box, size):
            saw += f", {share_outside(box, size):.0%} of it outside"
            fix = "correct the label; so much is not clipped, since it is unknown what was meant"
        yield Finding.unplaced("GT204", saw, f"annotations[{i}]", fix)


def box_beside_image(record: BoxRecord) -> Iterator[Finding]:
    """GT208: no pixel of the box is in the image."""
    size = record.label.image_size[0]
    for i, box in enumerate(record.label.annotations):
        if is_beside(box, size) and box.width > 0 and box.height > 0:
            yield Finding.unplaced(
                "GT208", f"{in_words(box)} in an image of {size.width} x {size.height}", f"annotations[{i}]"
            )


def box_without_area(record: BoxRecord) -> Iterator[Finding]:
    """GT207: width or height is less than a pixel."""
    for i, box in enumerate(record.label.annotations):
        if box.width < 1 or box.height < 1:
            yield Finding.unplaced(
                "GT207", f"a box {box.width:g} wide and {box.height:g} high", f"annotations[{i}]"
            )


def tiny_box(record: BoxRecord) -> Iterator[Finding]:
    """GT212: too narrow or too low to be seen once the image is scaled to the default image_shape."""
    size = record.label.image_size[0]
    for i, box in enumerate(record.label.annotations):
        share = min(box.width / max(size.width, 1), box.height / max(size.height, 1))
        if share >= _SMALLEST or box.width < 1 or box.height < 1:
            continue
        saw = f"{in_words(box)} is {share * _SHAPE:.1f} pixels across at image_shape {_SHAPE} (the default)"
        enough = ceil(_FEWEST_PIXELS / share)
        if enough <= max(size.width, size.height):
            yield Finding.unplaced(
                "GT212", f"{saw}; {enough} would make it {_FEWEST_PIXELS}", f"annotations[{i}]"
            )
        else:  # no image is scaled up to show what it does not hold
            fix = "leave such boxes out, or label larger images"
            yield Finding.unplaced(
                "GT212", f"{saw}, and hardly more in the image itself", f"annotations[{i}]", fix
            )


def repeated_box(record: BoxRecord) -> Iterator[Finding]:
    """GT242: the same box of the same class was drawn before."""
    return repeated_items("box", "annotations", record.label.annotations, "objects", record.metadata.objects)


def huge_image(record: BoxRecord) -> Iterator[Finding]:
    """GT213: more pixels than Ground Truth shows."""
    size = record.label.image_size[0]
    if size.width * size.height > MOST_PIXELS:
        yield Finding.unplaced("GT213", f"an image of {size.width} x {size.height} pixels", "image_size[0]")


def objects_differ(record: BoxRecord) -> Iterator[Finding]:
    """GT209: `objects` in the metadata is as long as `annotations`, or not there at all."""
    boxes, objects = record.label.annotations, record.metadata.objects
    if objects is not UNSET and len(objects) != len(boxes):
        drawn, listed = quantity(len(boxes), "box", "boxes"), quantity(len(objects), "object")
        yield Finding.unplaced("GT209", f"{drawn}, but {listed} in the metadata", "annotations")


def not_three_channels(record: BoxRecord) -> Iterator[Finding]:
    """GT211: image_size gives a depth, and it is not 3."""
    depth = record.label.image_size[0].depth
    if depth is not UNSET and depth != 3:
        yield Finding.unplaced("GT211", f"an image of {depth} channels", "image_size[0].depth")


def class_not_in_map(record: BoxRecord) -> Iterator[Finding]:
    """GT301: a box's class id has no name on its line."""
    names = record.metadata.class_map
    for i, box in enumerate(record.label.annotations):
        if str(box.class_id) not in names:
            yield Finding.unplaced(
                "GT301",
                f"class id {box.class_id} with class-map ids {', '.join(names) or 'none'}",
                f"annotations[{i}].class_id",
            )


def image_size(record: BoxRecord) -> tuple[int, int]:
    """Width and height in pixels."""
    size = record.label.image_size[0]
    return size.width, size.height


def renumber(label: dict[str, Any], metadata: dict[str, Any], ids: dict[int, int]) -> dict[str, Any]:
    """Give classes other ids, in the boxes and in the class-map; ids not in `ids` leave the map."""
    for box in label["annotations"]:
        box["class_id"] = ids[box["class_id"]]
    metadata["class-map"] = renumbered_map(metadata["class-map"], ids)
    return label


BOUNDING_BOX = LabelType(
    name="groundtruth/object-detection",
    noun="boxes",
    label=BoundingBoxes,
    metadata=BoxMetadata,
    summarize=summarize,
    checks={
        "GT204": box_outside_image,
        "GT205": image_size_impossible,
        "GT207": box_without_area,
        "GT208": box_beside_image,
        "GT209": objects_differ,
        "GT211": not_three_channels,
        "GT212": tiny_box,
        "GT213": huge_image,
        "GT242": repeated_box,
        "GT301": class_not_in_map,
    },
    fixes={"GT204": clip, "GT242": repetitions_fix(("annotations",), "objects")},
    image_size=image_size,
    class_names=lambda record: record.metadata.class_map,
    label_ids=lambda label: (box.class_id for box in label.annotations),
    names_key="class-map",
    items_at=("annotations",),
    entries_beside="objects",
    renumber=renumber,
    unite=unite,
    has_iou=True,
    has_objects=lambda record: bool(record.label.annotations),
    tally=BoxTally,
    in_words=sizes_in_words,
    habits=BoxHabits,
)
