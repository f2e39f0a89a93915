"""Plain loops over a manifest, each a process: `python -m benchmarks.loops LOOP SHAPE MANIFEST DIRECTORY`.

`bare` reads and decodes. `ten_lines` also splits and writes: a user's own script. `same_work`, for boxes,
splits, counts and rejects the same lines for the same codes as groundtrain, without a word about them.
"""

import base64
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import orjson

from benchmarks.manifests import CLASSES, LABEL, LABELS

METADATA, TYPE = f"{LABEL}-metadata", "groundtruth/object-detection"
VALIDATION = int(0.1 * 2**64)
WARNINGS = {"GT114", "GT212"}
_LONGEST, _MOST_PIXELS, _MOST_SERIES = 20_000, 100_000_000, 20_000
_SMALLEST = 2 / 300
_NOT_TINY = _SMALLEST * 1.000001
_NUMBERS = {int, float}
_OUTER = ["source-ref", LABEL, METADATA]
_IMAGES = (".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG")
_ADDRESS = re.compile(
    r"s3://(?!(?:\d+\.){3}\d+/)(?![^/]*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[^/%+ ]+(?: +[^/%+ ]+)*)+"
).fullmatch
_SERIES = re.compile(r"^(.*?)[0-9]{3,}\.[^./]*$").match
_pieces = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def digest(source: str) -> int:
    return int.from_bytes(hashlib.blake2b(source.encode(), digest_size=8).digest(), "big")


def bare(_shape: str, manifest: Path, _into: Path) -> None:
    with manifest.open("rb") as lines:
        for line in lines:
            try:
                orjson.loads(line)
            except ValueError:
                continue


def ten_lines(shape: str, manifest: Path, into: Path) -> None:
    train, validation = (into / "train.manifest").open("wb"), (into / "validation.manifest").open("wb")
    with manifest.open("rb") as lines, train, validation:
        for line in lines:
            try:
                record = orjson.loads(line)
                source, _ = record.get("source-ref") or record["source"], record[LABELS.get(shape, LABEL)]
            except (ValueError, KeyError):
                continue
            side = validation if digest(source) < VALIDATION else train
            side.write(line)


def same_work(shape: str, manifest: Path, into: Path) -> None:
    loop = SameWork(into, dict(enumerate(CLASSES)) if shape == "categories" else {})
    with manifest.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            loop.take(number, line)
    (into / "outcome.json").write_bytes(orjson.dumps(loop.outcome(manifest), option=orjson.OPT_NON_STR_KEYS))


class Side:
    """One side of the split."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.open("wb", buffering=1 << 20)
        self.records = 0
        self.records_by_class: Counter[int] = Counter()
        self.boxes_by_class: Counter[int] = Counter()

    def outcome(self) -> dict[str, Any]:
        self.file.close()
        counted = {"records_by_class": self.records_by_class, "boxes_by_class": self.boxes_by_class}
        named = {kind: {CLASSES[i]: count for i, count in counts.items()} for kind, counts in counted.items()}
        return {
            "records": self.records,
            "bytes": self.path.stat().st_size,
            "sha256": _sha256(self.path),
            **named,
        }


class SameWork:
    """What is counted, and what is done with a line."""

    def __init__(self, into: Path, names: dict[int, str]) -> None:
        self.train, self.validation = Side(into / "train.manifest"), Side(into / "validation.manifest")
        self.rejected = (into / "rejected.jsonl").open("wb", buffering=1 << 20)
        self.names = {str(i): name for i, name in names.items()}
        self.is_listed = bool(names)
        self.seen: set[str] = set()
        self.buckets: set[str] = set()
        self.reasons: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.short_sides: Counter[int] = Counter()
        self.series: dict[str, list[int]] = {}
        self.file_names: dict[str, str] = {}
        self.records = self.most_boxes = self.without_objects = self.unusual_keys = self.machine_labeled = 0
        self.widths: set[int] = set()
        self.heights: set[int] = set()

    def take(self, number: int, line: bytes) -> None:
        self.records += 1
        try:
            record = orjson.loads(line)
        except ValueError:
            return self.reject(number, line, [_why_not_decoded(line)])
        if not is_clean(record, line):
            codes = codes_of(record, line)
            if not codes:
                raise SystemExit(f"line {number} has something that this loop knows no code for")
            if not WARNINGS.issuperset(codes):
                return self.reject(number, line, codes)
            self.findings.update(codes)
        if record["source-ref"] in self.seen:
            return self.reject(number, line, ["GT401"])
        return self.accept(record, line)

    def accept(self, record: dict[str, Any], line: bytes) -> None:
        source, label, metadata = record["source-ref"], record[LABEL], record[METADATA]
        self.seen.add(source)
        validates = digest(source) < VALIDATION
        side = self.validation if validates else self.train
        boxes, size, names = label["annotations"], label["image_size"][0], metadata["class-map"]
        for box in boxes:
            side.boxes_by_class[box["class_id"]] += 1
            self.short_sides[int(min(box["width"], box["height"]))] += 1
        side.records_by_class.update({box["class_id"] for box in boxes})
        self.most_boxes = max(self.most_boxes, len(boxes))
        self.without_objects += not boxes
        self.widths.add(size["width"])
        self.heights.add(size["height"])
        if not names.items() <= self.names.items():
            self.learn(names)
        self.buckets.add(source[5:].partition("/")[0])
        self.machine_labeled += metadata.get("human-annotated") == "no"
        if "adjustment-status" in metadata:
            self.statuses[metadata["adjustment-status"]] += 1
        self.unusual_keys += " " in source or not source.isascii()
        if len(self.seen) <= _MOST_SERIES:
            self.note_series(source, validates)
        side.records += 1
        is_plain = list(record) == _OUTER and line.startswith(b'{"source-ref":"')
        side.file.write(line if is_plain else _joined(line))

    def learn(self, names: dict[str, str]) -> None:
        if self.is_listed or any(self.names.get(i, name) != name for i, name in names.items()):
            raise SystemExit("a class has two names")
        self.names.update(names)

    def note_series(self, source: str, validates: bool) -> None:
        if match := _SERIES(source):
            self.series.setdefault(match[1], [0, 0])[validates] += 1
        if self.file_names.setdefault(source[source.rfind("/") + 1 :], source) != source:
            self.findings["GT407"] = 1

    def reject(self, number: int, line: bytes, codes: list[str]) -> None:
        self.findings.update(codes)
        first = sorted(codes, key=WARNINGS.__contains__)
        self.reasons[first[0]] += 1
        told: dict[str, Any] = {"line": number, "codes": list(dict.fromkeys(first))}
        try:
            told["record"] = line.decode()
        except UnicodeDecodeError:
            told["record_base64"] = base64.b64encode(line).decode()
        self.rejected.write(orjson.dumps(told) + b"\n")

    def outcome(self, manifest: Path) -> dict[str, Any]:
        self.rejected.close()
        on_file = {"GT119": self.unusual_keys, "GT404": self.parts_series(), "GT415": self.without_objects}
        self.findings.update([code for code, is_there in on_file.items() if is_there])
        return {
            "source": _sha256(manifest),
            "records": self.records,
            "classes": [self.names[i] for i in sorted(self.names, key=int)],
            "train": self.train.outcome(),
            "validation": self.validation.outcome(),
            "reasons": self.reasons,
            "findings": self.findings,
            "image_buckets": sorted(self.buckets),
            "statistics": self.statistics(),
        }

    def parts_series(self) -> bool:
        long = [counts for counts in self.series.values() if sum(counts) > 2]
        enough = 2 * sum(map(sum, long)) >= min(len(self.seen), _MOST_SERIES)
        return len(long) > 1 and enough and any(map(all, long))

    def statistics(self) -> dict[str, int]:
        return {
            "boxes": (self.train.boxes_by_class + self.validation.boxes_by_class).total(),
            "most_boxes": self.most_boxes,
            "without_objects": self.without_objects,
            "smallest_width": min(self.widths),
            "smallest_height": min(self.heights),
            "largest_width": max(self.widths),
            "largest_height": max(self.heights),
            **{f"short_side_p{percent:02}": self.percentile(percent) for percent in (5, 50, 95)},
            **self.statuses,
        }

    def percentile(self, percent: int) -> int:
        wanted, so_far = self.short_sides.total() * percent / 100, 0
        for side in sorted(self.short_sides):
            so_far += self.short_sides[side]
            if so_far >= wanted:
                return side
        return 0


def is_clean(record: Any, line: bytes) -> bool:
    """True when the line has the shape of a record with bounding boxes and no rule finds anything."""
    try:
        metadata = record[METADATA]
        return (
            metadata["type"] == TYPE
            and "failure-reason" not in metadata
            and len(line) <= _LONGEST
            and _is_address(record["source-ref"])
            and _is_label(record[LABEL], metadata)
            and _has_every_key_once(record, line)
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _is_address(source: str) -> bool:
    return (
        _ADDRESS(source) is not None
        and source.isprintable()
        and source.endswith(_IMAGES)
        and len(source) < 1000
    )


def _is_label(label: dict[str, Any], metadata: dict[str, Any]) -> bool:
    boxes, names, (size,) = label["annotations"], metadata["class-map"], label["image_size"]
    width, height = size["width"], size["height"]
    if type(width) is not int or type(height) is not int or not (width > 0 and height > 0):
        return False
    if width * height > _MOST_PIXELS or size.get("depth", 3) != 3:
        return False
    if len(metadata.get("objects", boxes)) != len(boxes):
        return False
    if len({(box["class_id"], box["left"], box["top"], box["width"], box["height"]) for box in boxes}) < len(
        boxes
    ):
        return False
    return all(isinstance(name, str) for name in names.values()) and all(
        _is_inside(box, width, height) and str(box["class_id"]) in names for box in boxes
    )


def _is_inside(box: dict[str, Any], width: int, height: int) -> bool:
    left, top, wide, high = box["left"], box["top"], box["width"], box["height"]
    return (
        type(box["class_id"]) is int
        and {type(left), type(top), type(wide), type(high)} <= _NUMBERS
        and 0 <= left < left + wide <= width
        and 0 <= top < top + high <= height
        and wide >= _NOT_TINY * width
        and high >= _NOT_TINY * height
    )


def _has_every_key_once(record: dict[str, Any], line: bytes) -> bool:
    """True when the text has as many keys as the dictionaries; orjson lets repeated keys pass."""
    try:
        label, metadata = record[LABEL], record[METADATA]
        keys = sum(map(len, (record, label, label["image_size"][0], metadata, metadata["class-map"])))
        keys += sum(map(len, label["annotations"])) + sum(map(len, metadata.get("objects", [])))
        keys += sum([_keys(value) for key, value in record.items() if key not in _OUTER])
    except KeyError:
        return False
    return line.count(b'":') == keys


def _keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def codes_of(record: dict[str, Any], line: bytes) -> list[str]:
    """The codes of what is wrong with a line that was decoded, in order."""
    if not _has_every_key_once(record, line) and _has_a_key_twice(line):
        return ["GT105"]
    if "source-ref" not in record:
        return ["GT106"]
    if LABEL not in record:
        return ["GT202" if "failure-reason" in record.get(METADATA, {}) else "GT201"]
    source, label, metadata = record["source-ref"], record[LABEL], record[METADATA]
    codes = [] if source.startswith("s3://") else ["GT107"]
    codes += ["GT114"] if "//" in source[5:] and not codes else []
    size, boxes = label["image_size"][0], label["annotations"]
    codes += ["GT209"] if len(metadata.get("objects", boxes)) != len(boxes) else []
    codes += ["GT211"] if size.get("depth", 3) != 3 else []
    for box in boxes:
        codes += _codes_of_box(box, size)
        codes += [] if str(box["class_id"]) in metadata["class-map"] else ["GT301"]
    return sorted(codes)


def _has_a_key_twice(line: bytes) -> bool:
    try:
        json.loads(line, object_pairs_hook=_each_once)
    except ValueError:
        return True
    return False


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _codes_of_box(box: dict[str, Any], size: dict[str, Any]) -> list[str]:
    left, top, wide, high = box["left"], box["top"], box["width"], box["height"]
    width, height = size["width"], size["height"]
    if wide < 1 or high < 1:
        return ["GT207"]
    if left >= width or top >= height or left + wide <= 0 or top + high <= 0:
        return ["GT208"]
    is_tiny = min(wide / width, high / height) < _SMALLEST
    beyond = max(-left, -top, left + wide - width, top + high - height)
    slack = 0 if all(float(side).is_integer() for side in (left, top, wide, high)) else 1
    return (["GT204"] if beyond > slack else []) + (["GT212"] if is_tiny else [])


def _why_not_decoded(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "GT104"
    return "GT101"


def _joined(line: bytes) -> bytes:
    """Source, label and metadata, byte for byte."""
    pieces = _pieces(line)
    return b'{"source-ref":%b,"%b":%b,"%b":%b}\n' % (
        *(bytes(pieces["source-ref"]), LABEL.encode(), bytes(pieces[LABEL])),
        *(METADATA.encode(), bytes(pieces[METADATA])),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LOOPS = {"bare": bare, "ten_lines": ten_lines, "same_work": same_work}

if __name__ == "__main__":
    name, shape, *paths = sys.argv[1:]
    LOOPS[name](shape, *map(Path, paths))
