"""Find the manifest lines that may have made a training job fail."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.training.algorithms.object_detection import label_length

MOST = 3
"""Lines that are listed for one manifest."""

Records = Iterator[tuple[int, dict[str, Any]]]
"""Records with their line numbers, counted from 1."""


class LineAtFault(Struct, frozen=True):
    """A record that may have made the job fail: its place, its source, and what is unusual about it."""

    manifest: str
    line: int
    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.manifest}, line {self.line}: {self.source}: {self.message}"


class Search(Struct, frozen=True):
    """What to look for: SageMaker's reason, and the attributes that were streamed."""

    reason: str
    attributes: tuple[str, ...]


Finder = Callable[[Search, Records], Iterator[tuple[int, dict[str, Any], str]]]


def find_lines_at_fault(
    finder: Finder, search: Search, manifest: str, lines: Iterable[tuple[int, bytes]]
) -> tuple[LineAtFault, ...]:
    """The first such lines of one manifest; lines that are not JSON objects are skipped."""
    found = islice(finder(search, _records(lines)), MOST)
    source = search.attributes[0] if search.attributes else ""
    return tuple(
        LineAtFault(manifest, line, str(record.get(source, "")), message) for line, record, message in found
    )


def most_boxes(search: Search, records: Records) -> Iterator[tuple[int, dict[str, Any], str]]:
    """The record with the most boxes, as it needs the longest label."""
    largest = max(records, key=lambda numbered: _boxes(search, numbered[1]), default=None)
    if largest is not None and (most := _boxes(search, largest[1])):
        line, record = largest
        yield (
            line,
            record,
            f"{most} boxes, the most in this manifest; they need a label_width of {label_length(most)}",
        )


def named_object(search: Search, records: Records) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Records that name the object in the failure reason."""
    named = re.findall(r"s3://[^\s\"']+[^\s\"'.,:;)]", search.reason)
    for line, record in records:
        for attribute in search.attributes:
            if record.get(attribute) in named:
                yield line, record, f"its {attribute} is the object that the reason names"


def without_attribute(search: Search, records: Records) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Records that lack an attribute that is streamed."""
    for line, record in records:
        for attribute in search.attributes:
            if record.get(attribute) is None:
                yield line, record, f"there is no {attribute}"


def without_objects(search: Search, records: Records) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Records with an empty label; they are valid, but listed since nothing else is known to be unusual."""
    for line, record in records:
        label = record.get(search.attributes[-1]) if search.attributes else None
        if label == [] or (isinstance(label, dict) and label.get("annotations") == []):
            yield line, record, "nothing is labeled on it, which alone is no fault"


def _boxes(search: Search, record: dict[str, Any]) -> int:
    labels = (record.get(attribute) for attribute in search.attributes)
    boxes = (label.get("annotations") for label in labels if isinstance(label, dict))
    return max((len(each) for each in boxes if isinstance(each, list)), default=0)


def _records(lines: Iterable[tuple[int, bytes]]) -> Records:
    decoder = msgspec.json.Decoder(dict[str, Any])
    for number, line in lines:
        try:
            yield number, decoder.decode(line)
        except DECODE_ERRORS:
            continue
