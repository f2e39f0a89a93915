"""Counts and sizes of bounding boxes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self

from msgspec import Struct, field

from groundtrain.manifest.label_types.boxes.box_record import BoxRecord
from groundtrain.manifest.label_types.bulk_counter import BulkCounter
from groundtrain.manifest.label_types.label_type import RecordSummary

_PERCENTILES = (5, 50, 95)


class BoxTally(Struct):
    """Statistics over records with bounding boxes; sizes in pixels.

    Attributes:
        most_boxes: most boxes on one image.
        short_sides: number of boxes by the length of their shorter side in whole pixels.
        widths, heights: smallest and largest of all images; None before the first.
    """

    boxes_by_class: BulkCounter = field(default_factory=BulkCounter)
    short_sides: BulkCounter = field(default_factory=BulkCounter)
    most_boxes: int = 0
    without_objects: int = 0
    widths: tuple[int, int] | None = None
    heights: tuple[int, int] | None = None

    def add_all(self, records: Sequence[BoxRecord], summaries: Sequence[RecordSummary]) -> None:
        """Count records; the sizes in their summaries are the boxes' shorter sides."""
        boxes = [summary.items for summary in summaries]
        numbers = [*map(len, boxes)]
        self.boxes_by_class.add_all(boxes)
        self.short_sides.add_all([summary.sizes for summary in summaries])
        self.without_objects += numbers.count(0)
        self.most_boxes = max(self.most_boxes, *numbers, 0)
        images = [record.label.image_size[0] for record in records]
        if images:
            widths, heights = {image.width for image in images}, {image.height for image in images}
            self.widths = _joined(self.widths, (min(widths), max(widths)))
            self.heights = _joined(self.heights, (min(heights), max(heights)))

    def merged(self, other: Self) -> "BoxTally":
        """The tally of both sets of records."""
        return BoxTally(
            boxes_by_class=self.boxes_by_class.merged(other.boxes_by_class),
            short_sides=self.short_sides.merged(other.short_sides),
            most_boxes=max(self.most_boxes, other.most_boxes),
            without_objects=self.without_objects + other.without_objects,
            widths=_joined(self.widths, other.widths),
            heights=_joined(self.heights, other.heights),
        )

    def items_by_class(self) -> Mapping[int, int]:
        """Boxes by class id."""
        return self.boxes_by_class.counts()

    def statistics(self) -> dict[str, float]:
        """Counts, and sizes in pixels; sizes are 0 when there is nothing to measure."""
        widths, heights = self.widths or (0, 0), self.heights or (0, 0)
        sides = self.short_sides.counts()
        return {
            "boxes": self.boxes_by_class.counts().total(),
            "most_boxes": self.most_boxes,
            "without_objects": self.without_objects,
            "smallest_width": widths[0],
            "smallest_height": heights[0],
            "largest_width": widths[1],
            "largest_height": heights[1],
            **{f"short_side_p{p:02}": _percentile(sides, p) for p in _PERCENTILES},
        }


def sizes_in_words(figures: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """The sizes among the statistics, in words."""
    smallest, largest = "{smallest_width} x {smallest_height}", "{largest_width} x {largest_height}"
    one_size = smallest.format(**figures) == largest.format(**figures)
    images = f"{smallest} pixels" if one_size else f"{smallest} to {largest} pixels"
    sides = "5 % up to {short_side_p05}, half up to {short_side_p50}, 95 % up to {short_side_p95} pixels"
    return ("images", images.format(**figures)), ("shorter side", sides.format(**figures))


def _joined(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


def _percentile(counts: Counter[int], percent: int) -> int:
    """Smallest value that at least `percent` of the counted values do not exceed; 0 when there are none."""
    wanted = counts.total() * percent / 100
    seen = 0
    for value, count in sorted(counts.items()):
        seen += count
        if seen >= wanted:
            return value
    return 0
