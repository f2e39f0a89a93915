"""The whole job as a plain loop over decoded dictionaries: what one would write without groundtrain's engine.

Every line goes through the same checks, statistics and split. What the loop finds clean is clean; the words
for the one line in a hundred that is not come from groundtrain, so that all contenders write the same bytes.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.contenders.outcome import Outcome, SideOutcome, percentile
from benchmarks.manifests import CLASSES, LABEL
from groundtrain.dataset.outputs import LineWriter, Outputs, open_outputs, rejected_line
from groundtrain.dataset.split.leakage import Leakage
from groundtrain.manifest.address_checks import is_plain, no_jpg_or_png
from groundtrain.manifest.label_types.boxes.bounding_box import MOST_PIXELS
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.repeated_sources import digest
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES, active_codes
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE

LABEL_TYPE = "groundtruth/object-detection"
METADATA = f"{LABEL}-metadata"
VALIDATION = int(0.1 * 2**64)
NUMBERS = {int, float}
COMMON = {"type", "human-annotated", "creation-date", "job-name", "objects", "class-map"}

NOT_TINY = 2 / 300 * 1.000001

Decode = Callable[[bytes], Any]
"""Gives a line's value; raises ValueError when it is not UTF-8, not JSON, or has a key twice in an object."""


class Side:
    """One side of the split."""

    def __init__(self, writer: LineWriter) -> None:
        self.writer = writer
        self.records_by_class: Counter[int] = Counter()
        self.boxes_by_class: Counter[int] = Counter()

    def outcome(self) -> SideOutcome:
        records = {name: self.records_by_class[i] for i, name in enumerate(CLASSES)}
        boxes = {name: self.boxes_by_class[i] for i, name in enumerate(CLASSES)}
        writer = self.writer
        return SideOutcome(writer.records, writer.bytes, writer.sha256(), records, boxes)


class Loop:
    """The loop's state, and what it does with a line."""

    def __init__(self, decode: Decode, outputs: Outputs) -> None:
        self.decode = decode
        self.reader = RecordReader(keys_of(LABEL), LABEL_TYPES[LABEL_TYPE], active_codes(("GT",), ()))
        self.train, self.validation = Side(outputs.train), Side(outputs.validation)
        self.rejected = outputs.rejected
        self.records = 0
        self.seen: dict[str, int] = {}
        self.leakage = Leakage()
        self.unusual_keys = self.machine_labeled = 0
        self.names: dict[str, str] = {}
        self.buckets: set[str] = set()
        self.reasons: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.short_sides: Counter[int] = Counter()
        self.most_boxes = self.without_objects = 0
        self.widths: set[int] = set()
        self.heights: set[int] = set()

    def take(self, number: int, line: bytes) -> None:
        self.records += 1
        try:
            record = self.decode(line)
        except (ValueError, RecursionError):
            return self.reject(number, line)
        if not is_clean(record, line):
            return self.reject(number, line)
        if record["source-ref"] in self.seen:
            return self.reject_again(number, line, record["source-ref"])
        return self.accept(number, record, line)

    def accept(self, number: int, record: dict[str, Any], line: bytes) -> None:
        source, label, names = record["source-ref"], record[LABEL], record[METADATA]["class-map"]
        self.seen[source] = number
        validates = digest(source) < VALIDATION
        side = self.validation if validates else self.train
        boxes, size = label["annotations"], label["image_size"][0]
        for box in boxes:
            side.boxes_by_class[box["class_id"]] += 1
            self.short_sides[int(min(box["width"], box["height"]))] += 1
        side.records_by_class.update({box["class_id"] for box in boxes})
        self.most_boxes = max(self.most_boxes, len(boxes))
        self.without_objects += not boxes
        self.widths.add(size["width"])
        self.heights.add(size["height"])
        self.names.update(names)
        self.buckets.add(source[5:].partition("/")[0])
        self.machine_labeled += record[METADATA].get("human-annotated") == "no"
        self.unusual_keys += " " in source or not source.isascii()
        self.leakage.add(source, validates)
        side.writer.write(line)

    def reject(self, number: int, line: bytes) -> None:
        self.write_rejected(number, line, self.reader.read(number, line).findings)

    def reject_again(self, number: int, line: bytes, source: str) -> None:
        message = f"line {self.seen[source]:,} has the same source"
        seen = Finding("GT401", number, "$.source-ref", message, source)
        self.write_rejected(number, line, (seen,))

    def write_rejected(self, number: int, line: bytes, findings: tuple[Finding, ...]) -> None:
        self.findings.update(finding.code for finding in findings)
        rejecting = [finding for finding in findings if finding.is_error]
        first = rejecting[0]
        codes = tuple(dict.fromkeys(finding.code for finding in (*rejecting, *findings)))
        reason = f"{RULES[first.code].name} at {first.path}: {first.message}"
        self.reasons[first.code] += 1
        self.rejected.write(rejected_line(number, codes, reason, first.source, line))

    def outcome(self, manifest: Path) -> Outcome:
        boxes = self.train.boxes_by_class + self.validation.boxes_by_class
        with manifest.open("rb") as file:
            source = hashlib.file_digest(file, "sha256").hexdigest()
        return Outcome(
            source=source,
            records=self.records,
            classes=tuple(self.names[i] for i in sorted(self.names, key=int)),
            train=self.train.outcome(),
            validation=self.validation.outcome(),
            reasons=dict(sorted(self.reasons.items())),
            findings=dict(sorted(self.findings.items())),
            buckets=tuple(sorted(self.buckets)),
            leakage=tuple(self.leakage.split_groups()) + tuple(self.leakage.same_names()),
            statistics={
                "boxes": boxes.total(),
                "most_boxes": self.most_boxes,
                "without_objects": self.without_objects,
                "smallest_width": min(self.widths),
                "smallest_height": min(self.heights),
                "largest_width": max(self.widths),
                "largest_height": max(self.heights),
                "short_side_p05": percentile(self.short_sides, 5),
                "short_side_p50": percentile(self.short_sides, 50),
                "short_side_p95": percentile(self.short_sides, 95),
            },
        )


def is_clean(record: Any, line: bytes) -> bool:
    """True when the line has the shape of a record with bounding boxes and no rule finds anything."""
    try:
        return _is_record(record, line) and _is_label(record[LABEL], record[METADATA])
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _is_record(record: Any, line: bytes) -> bool:
    metadata = record[METADATA]
    return (
        list(record) == ["source-ref", LABEL, METADATA]
        and metadata["type"] == LABEL_TYPE
        and metadata.keys() <= COMMON
        and len(line) <= LONGEST_ATTRIBUTE
        and is_plain(record["source-ref"])
        and not any(no_jpg_or_png(record["source-ref"]))
    )


def _is_label(label: dict[str, Any], metadata: dict[str, Any]) -> bool:
    boxes, names, (size,) = label["annotations"], metadata["class-map"], label["image_size"]
    width, height = size["width"], size["height"]
    if type(width) is not int or type(height) is not int or not (width > 0 and height > 0):
        return False
    if width * height > MOST_PIXELS or size.get("depth", 3) != 3:
        return False
    if len(metadata.get("objects", boxes)) != len(boxes):
        return False
    return all(isinstance(name, str) for name in names.values()) and all(
        _is_inside(box, width, height) and str(box["class_id"]) in names for box in boxes
    )


def _is_inside(box: dict[str, Any], width: int, height: int) -> bool:
    left, top, wide, high = box["left"], box["top"], box["width"], box["height"]
    return (
        type(box["class_id"]) is int
        and {type(left), type(top), type(wide), type(high)} <= NUMBERS
        and 0 <= left < left + wide <= width
        and 0 <= top < top + high <= height
        and wide >= NOT_TINY * width
        and high >= NOT_TINY * height
    )


def counting(decode: Decode) -> Decode:
    """The decoder with a count of keys, for one that lets repeated keys pass."""

    def decoding(line: bytes) -> Any:
        record = decode(line)
        if not _has_every_key_once(record, line):
            raise ValueError("a key may be there twice")
        return record

    return decoding


def _has_every_key_once(record: Any, line: bytes) -> bool:
    """True when the text has as many keys as the dictionaries."""
    try:
        label, metadata = record[LABEL], record[METADATA]
        keys = sum(map(len, (record, label, label["image_size"][0], metadata, metadata["class-map"])))
        keys += sum(map(len, label["annotations"])) + sum(map(len, metadata.get("objects", [])))
    except (AttributeError, KeyError, TypeError, IndexError):
        return False
    return line.count(b'":') == keys


def run(decode: Decode, manifest: Path, into: Path) -> Outcome:
    """Convert the manifest into a directory."""
    into.mkdir(parents=True, exist_ok=True)
    with manifest.open("rb") as source, open_outputs(into) as outputs:
        loop = Loop(decode, outputs)
        for number, line in enumerate(source, 1):
            if not line.isspace():
                loop.take(number, line.rstrip(b"\r\n"))
    return loop.outcome(manifest)
