"""Read a line for a merge: its source, the age of its label, and a digest of the label."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from groundtrain.dataset import edits
from groundtrain.decoding import decode_pieces
from groundtrain.manifest.attributes import label_attribute
from groundtrain.manifest.dates import parse_date
from groundtrain.manifest.keys import Keys
from groundtrain.manifest.label_types.label_type import LabelType, Record
from groundtrain.manifest.reading import RecordReader
from groundtrain.manifest.rules.findings import Finding
from groundtrain.manifest.sources_seen import digest

_NO_SOURCE, _UNNAMED = ("GT106", "GT107"), "GT301"
_WITHOUT_LABEL = {"GT201", "GT202"}
_START = datetime.min.replace(tzinfo=UTC)

UNLABELED, UNDATED = 0, 1
"""Ages of a line without label, and of a label without date; every date is higher."""


class Entry(Struct, frozen=True):
    """A line that can be merged.

    Attributes:
        age: `UNLABELED`, `UNDATED`, or a number that is higher for a newer label.
        record: None when the line has no label.
    """

    source: str
    age: int
    record: Record | None = None


def when(age: int) -> str:
    """The age of a label in words."""
    if age <= UNDATED:
        return "no date"
    return f"{_START + timedelta(microseconds=age - UNDATED - 1):%Y-%m-%d %H:%M:%S}"


class EntryReader:
    """Reads the lines of one manifest."""

    def __init__(self, keys: Keys, label_type: LabelType) -> None:
        self._keys, self._type = keys, label_type
        self._reader = RecordReader(keys, label_type, frozenset({*_NO_SOURCE, _UNNAMED}))

    def read(self, number: int, line: bytes) -> Entry | Finding:
        """The line of this number, or why it can't be merged: no source, no readable label, unnamed class."""
        reading = self._reader.read(number, line)
        for finding in reading.findings:
            if finding.code in _WITHOUT_LABEL and finding.source:
                return Entry(finding.source, UNLABELED)
            if reading.record is None or not finding.source or finding.code == _UNNAMED:
                return finding
        return self._labeled(line, reading.record)

    def names(self, entry: Entry) -> Mapping[str, str]:
        """Class names by id as text, as the line has them."""
        return {} if entry.record is None else self._type.class_names(entry.record)

    def label_digest(self, line: bytes, entry: Entry) -> int:
        """A digest of the label; labels that differ only in the ids of their classes have the same.

        Raises:
            Exception: one of `DECODE_ERRORS`: the label holds something else that cannot be decoded.
        """
        if entry.record is None:
            return 0
        names = self._type.class_names(entry.record)
        ids = {i: digest(names[str(i)]) for i in self._type.summarize(entry.record).classes}
        renumbered = decode_pieces(edits.renumber(line, self._keys, self._type, ids))
        label = msgspec.json.decode(renumbered[self._keys.label])
        said = sorted(label) if ids and isinstance(label, list) else label  # a list of classes has no order
        return digest(msgspec.json.encode(said, order="sorted").decode())

    def _labeled(self, line: bytes, record: Record | None) -> Entry:
        assert record is not None  # a line without record has a finding
        attribute = label_attribute(decode_pieces(line), self._keys.label)
        moment = parse_date(attribute.created) if attribute else None
        age = UNDATED + 1 + (moment - _START) // timedelta(microseconds=1) if moment else UNDATED
        return Entry(record.source, age, record)
