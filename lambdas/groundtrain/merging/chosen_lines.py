"""Choose one line for each record.

A label wins over none, a newer label over an older one. Between equals, the later manifest wins, and within
a manifest the first line. Five numbers are kept for each line, and compared bucket by bucket at the end.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

_BUCKETS = 256
_SHIFT = 64 - 8
_EXAMPLES = 100
_MANY = 10_000
_LOW = (1 << 40) - 1


class Candidate(NamedTuple):
    """A line that can be chosen.

    Attributes:
        fingerprint, label_digest: digests of what it is a record of, and of its label; see `MergeableLine`.
        age: of its label.
        manifest, line: position of its manifest, and its number there.
        choice: which of the manifest's label attributes it has its label under.
        shown: number of the set of classes that its label shows.
    """

    fingerprint: int
    age: int
    manifest: int
    line: int
    label_digest: int
    choice: int = 0
    shown: int = 0


class Candidates:
    """Collects candidates in any order; it keeps 40 bytes of each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, candidate: Candidate) -> None:
        """Add a line."""
        fingerprint, age, manifest, line, label_digest, choice, shown = candidate
        label = choice << 40 | shown
        self._buckets[fingerprint >> _SHIFT].extend(
            (fingerprint, age, manifest << 40 | line, label_digest, label)
        )

    def groups(self) -> Iterator[list[Candidate]]:
        """The candidates of each record, the chosen one first."""
        for bucket in self._buckets:
            for _, group in groupby(sorted(_candidates(bucket)), key=itemgetter(0)):
                yield sorted(group, key=_preference, reverse=True)


class DifferingLabels(NamedTuple):
    """A record whose labels differ: the chosen line, and the lines whose label differs from its own."""

    taken: Candidate
    others: tuple[Candidate, ...]


class Replaced(NamedTuple):
    """Labels that others replace: the jobs of both (manifest and choice), and the classes replaced."""

    winner: tuple[int, int]
    loser: tuple[int, int]
    shown: int


class ChosenLines:
    """The chosen line of each record.

    Attributes:
        taken: for each manifest, a 1 at the number of each chosen line.
        differing: number of records whose labels differ.
        examples: the first of them, in the order of the chosen lines.
        replaced: number of records by what replaced what, where the labels are of two jobs.
        first_replaced: manifest and line of the first chosen line for each of those.
    """

    def __init__(self, candidates: Candidates, lines: Sequence[int]) -> None:
        self.taken = tuple(bytearray(count + 1) for count in lines)
        self.differing = 0
        self.replaced: Counter[Replaced] = Counter()
        self.first_replaced: dict[Replaced, tuple[int, int]] = {}
        found: list[DifferingLabels] = []
        for taken, *others in candidates.groups():
            self.taken[taken.manifest][taken.line] = 1
            others = [one for one in others if one.label_digest not in (taken.label_digest, 0)]
            if others:
                self.differing += 1
                found.append(DifferingLabels(taken, tuple(others)))
                self._note_replaced(taken, others)
            if len(found) > _MANY:
                found = _first(found)
        self.examples = _first(found)

    def example_lines(self, manifest: int) -> set[int]:
        """Numbers of a manifest's lines that are in `examples`."""
        lines = (one for taken, others in self.examples for one in (taken, *others))
        return {one.line for one in lines if one.manifest == manifest}

    def _note_replaced(self, taken: Candidate, others: Sequence[Candidate]) -> None:
        winner, place = (taken.manifest, taken.choice), (taken.manifest, taken.line)
        pairs = {Replaced(winner, (other.manifest, other.choice), other.shown) for other in others}
        for replaced in pairs:
            if replaced.loser != winner:
                self.replaced[replaced] += 1
                self.first_replaced[replaced] = min(place, self.first_replaced.get(replaced, place))


def _first(found: list[DifferingLabels]) -> list[DifferingLabels]:
    return nsmallest(_EXAMPLES, found, key=attrgetter("taken.manifest", "taken.line"))


def _candidates(bucket: "array[int]") -> Iterator[Candidate]:
    numbers = iter(bucket)
    for fingerprint, age, place, label_digest, label in zip(*[numbers] * 5, strict=True):
        yield Candidate(fingerprint, age, place >> 40, place & _LOW, label_digest, label >> 40, label & _LOW)


def _preference(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.age, candidate.manifest, -candidate.line
