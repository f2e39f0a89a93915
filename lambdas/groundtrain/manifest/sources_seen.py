"""Which sources were there before: eight bytes a source, in memory that is never copied as a whole."""

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

_BUCKETS = 256
_SHIFT = 64 - 8


def digest(text: str) -> int:
    """A number below 2**64 that is the same for the same text everywhere and always."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class SourcesSeen:
    """Digests of sources, looked through for repeated ones at the end."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, source: int) -> None:
        """Take in a digest."""
        self._buckets[source >> _SHIFT].append(source)

    def repeated(self) -> frozenset[int]:
        """Digests added more than once."""
        return frozenset(self._repeated())

    def _repeated(self) -> Iterator[int]:
        for bucket in self._buckets:
            ordered = sorted(bucket)
            for one, next_one in pairwise(ordered):
                if one == next_one:
                    yield one
