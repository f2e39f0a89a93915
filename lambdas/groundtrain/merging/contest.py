"""Of all lines with one source, one is taken.

A label beats none, a newer one beats an older one. Of equals that of the later manifest is taken, and the
first line within a manifest. Four numbers a line are kept, and looked through bucket by bucket at the end.
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


class Candidate(NamedTuple):
    """A line: digest of its source, age of its label, the manifest's position, its number, what it says."""

    source: int
    age: int
    manifest: int
    line: int
    says: int


class Contest:
    """Takes candidates in any order; what it keeps of each are 32 bytes."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, candidate: Candidate) -> None:
        """Take in a line."""
        source, age, manifest, line, says = candidate
        self._buckets[source >> _SHIFT].extend((source, age, manifest << 40 | line, says))

    def groups(self) -> Iterator[list[Candidate]]:
        """The candidates of each source, the one that is taken first."""
        for bucket in self._buckets:
            for _, group in groupby(sorted(_candidates(bucket)), key=itemgetter(0)):
                yield sorted(group, key=_preference, reverse=True)


class Dispute(NamedTuple):
    """A source about which labels differ: the line that is taken, and those that say something else."""

    taken: Candidate
    others: tuple[Candidate, ...]


class Outcome:
    """What a contest ends in.

    Attributes:
        taken: for each manifest, a 1 at the numbers of the lines that are taken.
        disputed: sources about which labels differ.
        disputes: the first of them, in the order of the lines that are taken.
    """

    def __init__(self, contest: Contest, lines: Sequence[int]) -> None:
        self.taken = tuple(bytearray(count + 1) for count in lines)
        self.disputed = 0
        self.disputes = nsmallest(
            _EXAMPLES, self._settle(contest), key=attrgetter("taken.manifest", "taken.line")
        )

    def _settle(self, contest: Contest) -> Iterator[Dispute]:
        for taken, *others in contest.groups():
            self.taken[taken.manifest][taken.line] = 1
            differing = tuple(other for other in others if other.says not in (taken.says, 0))
            if differing:
                self.disputed += 1
                yield Dispute(taken, differing)


def _candidates(bucket: "array[int]") -> Iterator[Candidate]:
    numbers = iter(bucket)
    for source, age, place, says in zip(numbers, numbers, numbers, numbers, strict=True):
        yield Candidate(source, age, place >> 40, place & (1 << 40) - 1, says)


def _preference(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.age, candidate.manifest, -candidate.line
