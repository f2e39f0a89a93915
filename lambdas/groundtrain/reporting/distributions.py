"""How records, items and their sizes are distributed: counts of one pass, which add up."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log2
from typing import Any

from msgspec import Struct, field

from groundtrain.dataset.split.leakage import numbered_stem
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.boxes.box_record import BoxRecord
from groundtrain.manifest.label_types.classification.text_classification import (
    TEXT_CLASSIFICATION,
    TEXT_CLASSIFICATION_MULTILABEL,
)
from groundtrain.manifest.label_types.text_span import TEXT_SPAN
from groundtrain.record_keys import is_fetched
from groundtrain.reporting.seen_record import SeenRecord

CELLS = 16
"""Columns and rows of the map of positions."""
STEEPEST = 6
"""The narrowest and the lowest boxes that are told apart: by 2 to the power of half of it."""
IMAGE_SHAPE = 300
"""Pixels of a side that images are scaled to; `image_shape` of the built-in algorithm unless set."""

_MOST_SIZES, _MOST_SERIES, _DAY, _LARGEST = 10_000, 20_000, 10, 100.0


class Distributions(Struct):
    """Counts of records that are used.

    Attributes:
        step: of how many records one was counted.
        records: that were counted.
        items: records by their number of items.
        filled: records by side, of those with items.
        days: records by the day of the label, as the first ten characters of its date.
        sizes: images by width and height, of the first so many that differ.
        on_network: boxes by the bit length of their shorter side in pixels at `IMAGE_SHAPE`.
        aspects: boxes by twice the logarithm to base 2 of width to height.
        positions: centres of boxes by cell, row by row.
        lengths: texts by the bit length of their number of characters.
        series: records by side, of images that are numbered, by what is before the number.
    """

    step: int = 1
    records: int = 0
    items: Counter[int] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    on_network: Counter[int] = field(default_factory=Counter)
    aspects: Counter[int] = field(default_factory=Counter)
    positions: Counter[int] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    series: dict[str, Counter[str]] = {}

    def add(self, seen: SeenRecord, measure: "Measure | None", source_key: str) -> None:
        """Count a record of the dataset; `measure` is that of its type."""
        assert seen.record is not None
        assert seen.summary is not None
        self.records += 1
        self.items[len(seen.summary.items)] += 1
        self.filled[seen.side or ""] += bool(seen.summary.items)
        if isinstance(date := seen.record.metadata.creation_date, str):
            self.days[date[:_DAY]] += 1
        if is_fetched(source_key):
            self._add_series(seen)
        if measure is not None:
            measure(self, seen.record)

    def _add_series(self, seen: SeenRecord) -> None:
        stem, digits = numbered_stem(seen.source)
        if digits and (stem in self.series or len(self.series) < _MOST_SERIES):
            self.series.setdefault(stem, Counter())[seen.side or ""] += 1


Measure = Callable[[Distributions, Any], None]


def _measure_boxes(counted: Distributions, record: BoxRecord) -> None:
    size = record.label.image_size[0]
    width, height = float(max(size.width, 1)), float(max(size.height, 1))
    if (size.width, size.height) in counted.sizes or len(counted.sizes) < _MOST_SIZES:
        counted.sizes[size.width, size.height] += 1
    sides, aspects, cells = list[int](), list[int](), list[int]()
    for box in record.label.annotations:
        wide, high = max(box.width, 1e-9), max(box.height, 1e-9)
        sides.append(int(min(wide / width, high / height, _LARGEST) * IMAGE_SHAPE).bit_length())
        aspects.append(max(-STEEPEST, min(STEEPEST, round(2 * (log2(wide) - log2(high))))))
        cells.append(_cell(box.left + wide / 2, width) + CELLS * _cell(box.top + high / 2, height))
    counted.on_network.update(sides)
    counted.aspects.update(aspects)
    counted.positions.update(cells)


def _cell(middle: float, whole: float) -> int:
    return int(max(0.0, min(CELLS - 1.0, CELLS * middle / whole)))


def _measure_text(counted: Distributions, record: Any) -> None:
    if not record.source.startswith("s3://"):
        counted.lengths[len(record.source).bit_length()] += 1


MEASURES: Mapping[str, Measure] = {
    BOUNDING_BOX.name: _measure_boxes,
    TEXT_CLASSIFICATION.name: _measure_text,
    TEXT_CLASSIFICATION_MULTILABEL.name: _measure_text,
    TEXT_SPAN.name: _measure_text,
}
"""What is measured of records, by the name of their type."""


def largest_series(counted: Distributions, most: int) -> Sequence[tuple[str, Counter[str]]]:
    """The numbered series with most images, and their records by side."""
    ranked = sorted(counted.series.items(), key=lambda one: (-one[1].total(), one[0]))
    return [one for one in ranked[:most] if one[1].total() > 1]
