"""Remember which sources were seen, in little more than eight bytes each."""

from hashlib import blake2b

_BUCKETS = 1 << 16


def fingerprint(text: str) -> bytes:
    """Eight bytes that depend only on the text, stable across processes and versions."""
    return blake2b(text.encode(), digest_size=8).digest()


def digest(text: str) -> int:
    """The fingerprint as a number below 2**64."""
    return int.from_bytes(fingerprint(text), "big")


class SourcesSeen:
    """Fingerprints of sources, in buckets by their first two bytes.

    Among a million sources, two share a fingerprint in one of 37 million manifests.
    """

    def __init__(self) -> None:
        self._buckets = [b""] * _BUCKETS

    def add(self, mark: bytes) -> bool:
        """Add a fingerprint; True when it is new."""
        place = mark[0] << 8 | mark[1]
        marks = self._buckets[place]
        if mark in marks:
            return False
        self._buckets[place] = marks + mark
        return True
