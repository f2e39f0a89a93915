"""Choose one line for each source.

A label wins over none, a newer label over an older one. Between equals, the later manifest wins, and within
a manifest the first line. Four numbers are kept for each line, and compared bucket by bucket at the end.
"""

from array import array
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

_BUCKETS = 256
_SHIFT = 64 - 8
_EXAMPLES = 100
_MANY = 10_000


class Candidate(NamedTuple):
    """A line: digests of its source and label, age of its label, position of its manifest, its number."""

    source: int
    age: int
    manifest: int
    line: int
    label_digest: int


class Candidates:
    """Collects candidates in any order; it keeps 32 bytes of each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, candidate: Candidate) -> None:
        """Add a line."""
        source, age, manifest, line, label_digest = candidate
        self._buckets[source >> _SHIFT].extend((source, age, manifest << 40 | line, label_digest))

    def groups(self) -> Iterator[list[Candidate]]:
        """The candidates of each source, the chosen one first."""
        for bucket in self._buckets:
            for _, group in groupby(sorted(_candidates(bucket)), key=itemgetter(0)):
                yield sorted(group, key=_preference, reverse=True)


class Dispute(NamedTuple):
    """A source whose labels differ: the chosen line, and the lines whose label differs from its own."""

    taken: Candidate
    others: tuple[Candidate, ...]


class Deduplication:
    """The chosen line of each source.

    Attributes:
        taken: for each manifest, a 1 at the number of each chosen line.
        disputed: number of sources whose labels differ.
        disputes: the first of them, in the order of the chosen lines.
    """

    def __init__(self, candidates: Candidates, lines: Sequence[int]) -> None:
        self.taken = tuple(bytearray(count + 1) for count in lines)
        self.disputed = 0
        disputes: list[Dispute] = []
        for taken, *others in candidates.groups():
            self.taken[taken.manifest][taken.line] = 1
            differing = tuple(other for other in others if other.label_digest not in (taken.label_digest, 0))
            if differing:
                self.disputed += 1
                disputes.append(Dispute(taken, differing))
            if len(disputes) > _MANY:
                disputes = _first(disputes)
        self.disputes = _first(disputes)


def _first(disputes: list[Dispute]) -> list[Dispute]:
    return nsmallest(_EXAMPLES, disputes, key=attrgetter("taken.manifest", "taken.line"))


def _candidates(bucket: "array[int]") -> Iterator[Candidate]:
    numbers = iter(bucket)
    for source, age, place, label_digest in zip(numbers, numbers, numbers, numbers, strict=True):
        yield Candidate(source, age, place >> 40, place & (1 << 40) - 1, label_digest)


def _preference(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.age, candidate.manifest, -candidate.line
