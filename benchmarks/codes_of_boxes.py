"""What is wrong with a line of boxes, by groundtrain's codes, as a plain loop tells it: no word about it.

A line is first asked for its usual shape at once, since nearly all have it; codes are sought in the others.
"""

import json
import re
from typing import Any

from benchmarks.manifests import LABEL

METADATA, TYPE = f"{LABEL}-metadata", "groundtruth/object-detection"
_LONGEST, _MOST_PIXELS = 20_000, 100_000_000
_SMALLEST = 2 / 300
_NOT_TINY = _SMALLEST * 1.000001
_NUMBERS = {int, float}
OUTER = ["source-ref", LABEL, METADATA]
_IMAGES = (".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG")
_ADDRESS = re.compile(
    r"s3://(?!(?:\d+\.){3}\d+/)(?![^/]*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[^/%+ ]+(?: +[^/%+ ]+)*)+"
).fullmatch


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
        keys += sum([_keys(value) for key, value in record.items() if key not in OUTER])
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


def why_not_decoded(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "GT104"
    return "GT101"
