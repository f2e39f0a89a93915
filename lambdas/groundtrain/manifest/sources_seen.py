"""Remember which sources were seen, in little more than eight bytes each, and which records of them."""

from collections.abc import Mapping
from hashlib import blake2b

import msgspec
from msgspec import Raw

from groundtrain.decoding import decode_json

_BUCKETS = 1 << 16


def fingerprint(text: str) -> bytes:
    """Eight bytes that depend only on the text, stable across processes and versions."""
    return blake2b(text.encode(), digest_size=8).digest()


def digest(text: str) -> int:
    """The fingerprint as a number below 2**64."""
    return int.from_bytes(fingerprint(text), "big")


def record_fingerprint(source: str, own: Mapping[str, Raw]) -> bytes:
    """The fingerprint of a source and of what else makes a record of it, such as a page."""
    if not own:
        return fingerprint(source)
    values = {key: _comparable(piece) for key, piece in own.items()}
    return fingerprint(source + "\0" + msgspec.json.encode(values, order="sorted").decode())


def _comparable(piece: Raw) -> object:
    """Reading a line skips what no label needs, so the value may be one that does not decode."""
    try:
        return decode_json(bytes(piece), object)
    except msgspec.DecodeError:
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


class RecordsSeen:
    """Tells repetitions from several records of one source, which differ in attributes of their own.

    Attributes:
        apart: records whose source an earlier record has, with other attributes.
        attributes: names of such attributes, in order of appearance.
    """

    def __init__(self) -> None:
        self._records, self._sources = SourcesSeen(), SourcesSeen()
        self.apart = 0
        self.attributes: dict[str, None] = {}

    def add(self, mark: bytes, source: str, own: Mapping[str, Raw]) -> bool:
        """Add a record, given the fingerprint and text of its source; False when it repeats another one."""
        if not own:
            is_new = self._records.add(mark)
            self._note_apart(own, is_apart=is_new and mark in self._sources)
            return is_new
        if not self._records.add(record_fingerprint(source, own)):
            return False
        self._note_apart(own, is_apart=not self._sources.add(mark) or mark in self._records)
        return True

    def has(self, mark: bytes, source: str, own: Mapping[str, Raw]) -> bool:
        """Whether a record repeats another one."""
        return (record_fingerprint(source, own) if own else mark) in self._records

    def _note_apart(self, own: Mapping[str, Raw], *, is_apart: bool) -> None:
        self.apart += is_apart
        self.attributes |= dict.fromkeys(own)
