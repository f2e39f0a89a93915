"""Plain loops over a manifest, each a process: `python -m benchmarks.loops LOOP SHAPE MANIFEST DIRECTORY`.

`bare` reads and decodes. `ten_lines` also splits and writes: a user's own script. `same_work`, for boxes,
splits, counts and rejects the same lines for the same codes as groundtrain, without a word about them.
"""

import base64
import hashlib
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import orjson

from benchmarks.codes_of_boxes import METADATA, OUTER, codes_of, is_clean, why_not_decoded
from benchmarks.manifests import CLASSES, LABEL, LABELS

VALIDATION = int(0.1 * 2**64)
_MOST_SERIES = 20_000
WARNINGS = {"GT114", "GT212"}
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
            return self.reject(number, line, [why_not_decoded(line)])
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
        is_plain = list(record) == OUTER and line.startswith(b'{"source-ref":"')
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
