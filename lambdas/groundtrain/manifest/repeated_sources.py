"""Remember which sources were seen, in little more than eight bytes each, and which records of them."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from struct import iter_unpack
from typing import Any

import msgspec
from msgspec import Raw, Struct

_BUCKETS = 1 << 16
_MARK = 8  # bytes of a fingerprint
_MARK_AND_LINE = _MARK + 4
_decode_any = msgspec.json.Decoder().decode
_new_hash = blake2b(digest_size=_MARK).copy  # takes half as long as making one


def fingerprint(text: str) -> bytes:
    """Eight bytes that depend only on the text, stable across processes and versions."""
    hashed = _new_hash()
    hashed.update(text.encode())
    return hashed.digest()


def digest(text: str) -> int:
    """The fingerprint as a number below 2**64."""
    return int.from_bytes(fingerprint(text), "big")


def record_fingerprint(source: str, own: Mapping[str, Raw]) -> bytes:
    """The fingerprint of a source and of what else makes a record of it, such as a page."""
    if not own:
        return fingerprint(source)
    values = {key: _comparable(piece) for key, piece in own.items()}
    hashed = _new_hash()
    hashed.update(source.encode() + b"\0" + msgspec.json.encode(values, order="sorted"))
    return hashed.digest()


def _comparable(piece: Raw) -> object:
    """Reading a line skips what no label needs, so the value may be one that does not decode."""
    try:
        return _decode_any(piece)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return bytes(piece).decode(errors="backslashreplace")


class SourcesSeen:
    """Fingerprints of sources, in buckets by their first two bytes.

    Among a million sources, two share a fingerprint in one of 37 million manifests.
    """

    def __init__(self) -> None:
        self._buckets = [b""] * _BUCKETS

    def __contains__(self, mark: bytes) -> bool:
        return mark in self._buckets[mark[0] << 8 | mark[1]]

    def add(self, mark: bytes) -> bool:
        """Add a fingerprint; True when it is new."""
        place = mark[0] << 8 | mark[1]
        marks = self._buckets[place]
        if mark in marks:
            return False
        self._buckets[place] = marks + mark
        return True


class LinesSeen:
    """Fingerprints with the lines that they were first seen on, in four bytes more."""

    def __init__(self) -> None:
        self._buckets = [b""] * _BUCKETS

    def line_of(self, mark: bytes) -> int:
        """The line of this fingerprint, 0 when it is new."""
        bucket, found = self._buckets[mark[0] << 8 | mark[1]], -1
        while (found := bucket.find(mark, found + 1)) % _MARK_AND_LINE and found > 0:
            pass  # across a fingerprint and a line
        return int.from_bytes(bucket[found + _MARK : found + _MARK_AND_LINE], "big") if found >= 0 else 0

    def add(self, mark: bytes, line: int) -> int:
        """Add a fingerprint, and give the line that it was seen on before, 0 when it is new."""
        return self.add_all((entry(mark, line),)).get(line, 0)

    def add_all(self, entries: Iterable[bytes]) -> dict[int, int]:
        """Add fingerprints with their lines; the lines whose fingerprint was seen before, with the first."""
        repetitions, buckets = dict[int, int](), self._buckets
        for added in entries:
            place, mark = added[0] << 8 | added[1], added[:_MARK]
            bucket = buckets[place]
            if mark in bucket and (first := self.line_of(mark)):
                repetitions[int.from_bytes(added[_MARK:], "big")] = first
            else:
                buckets[place] = bucket + added
        return repetitions


def entry(mark: bytes, line: int) -> bytes:
    """A fingerprint and the line that it is on, as `LinesSeen` keeps them."""
    return mark + line.to_bytes(4, "big")


Sighting = tuple[int, bytes, bytes, tuple[str, ...], bool]
"""A record that was met, a plain tuple since there are so many: its line; the fingerprint of its source and
of attributes of its own; that of its source alone; names of those attributes; whether it counts as seen."""


class Sightings(Struct):
    """Records that were met on lines that follow each other.

    Attributes:
        entries: of records, where none has attributes of its own, nor is met without counting as seen.
        records: all of them, where one has, or is.
    """

    entries: Sequence[bytes] = ()
    records: Sequence[Sighting] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """So that another process gets one text of all entries."""
        return _unpacked, (b"".join(self.entries), self.records)


def _sighting(of_plain: bytes) -> Sighting:
    mark, line = of_plain[:_MARK], int.from_bytes(of_plain[_MARK:], "big")
    return line, mark, mark, (), True


def _unpacked(entries: bytes, records: Sequence[Sighting]) -> Sightings:
    return Sightings([each for (each,) in iter_unpack(f"{_MARK_AND_LINE}s", entries)], records)


class RecordsSeen:
    """Tells repetitions from several records of one source, which differ in attributes of their own.

    Attributes:
        apart: records whose source an earlier record has, with other attributes.
        attributes: names of such attributes, in order of appearance.
    """

    def __init__(self) -> None:
        self._records, self._sources = LinesSeen(), SourcesSeen()
        self._has_plain = False  # whether a record has no attributes of its own
        self.apart = 0
        self.attributes: dict[str, None] = {}

    def add(self, mark: bytes, source: str, own: Mapping[str, Raw], line: int) -> int:
        """Add a record, given fingerprint and text of its source; the line that it repeats, 0 for none."""
        key = record_fingerprint(source, own) if own else mark
        return self.see((line, key, mark, tuple(own), True))

    def see(self, record: Sighting) -> int:
        """Add a record; the line that it repeats, 0 for none."""
        line, key, source, own, is_used = record
        if not is_used:
            return self._records.line_of(key)
        if first := self._records.add(key, line):
            return first
        if own:
            is_new = self._sources.add(source)
            self.apart += not is_new or (self._has_plain and bool(self._records.line_of(source)))
            if not all(map(self.attributes.__contains__, own)):
                self.attributes |= dict.fromkeys(own)
            return 0
        self._has_plain = True
        if self.attributes:
            self.apart += source in self._sources
        return 0

    def repetitions(self, met: Sightings) -> dict[int, int]:
        """Add records in the order of their lines; the lines that repeat an earlier one, with that."""
        if met.entries and not self.attributes:
            self._has_plain = True
            return self._records.add_all(met.entries)
        records = met.records or map(_sighting, met.entries)
        seen = ((record[0], self.see(record)) for record in records)
        return {line: first for line, first in seen if first}
