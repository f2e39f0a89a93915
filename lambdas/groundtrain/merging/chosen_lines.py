"""Choose one line for each record, and the labels that are written there.

A label wins over none, a newer label over an older one. Between equals, the later manifest wins, and within
a manifest the first line. Where labels of several jobs are united, that holds within each job, which is one
label attribute of one manifest. A few numbers are kept for each label, and compared bucket by bucket at the
end.
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

ALONE, CARRIES, GIVES = 1, 2, 3
"""What becomes of a line: it is written with its label; with the labels of several jobs; its label is written
on another line. 0: none of these."""


class Place(NamedTuple):
    """Where a label stands: positions of its manifest and label attribute, and number of the line."""

    manifest: int
    line: int
    choice: int


class Candidate(NamedTuple):
    """A label that can be chosen, or a line without one.

    Attributes:
        fingerprint, label_digest: digests of what it is a record of, and of its label; see `MergeableLine`.
        age: of its label.
        manifest, line: position of its manifest, and its number there.
        choice: which of the manifest's label attributes it has its label under.
        shown: number of the set of classes that its label shows.
        besides: a digest of what the line says beside labels and record key; 0 where that is nothing.
    """

    fingerprint: int
    age: int
    manifest: int
    line: int
    label_digest: int
    choice: int = 0
    shown: int = 0
    besides: int = 0

    @property
    def job(self) -> tuple[int, int]:
        """The manifest, and which of its label attributes."""
        return self.manifest, self.choice

    @property
    def place(self) -> Place:
        """Where the label stands."""
        return Place(self.manifest, self.line, self.choice)


class Candidates:
    """Collects candidates in any order; it keeps 48 bytes of each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, candidate: Candidate) -> None:
        """Add a label, or a line without one."""
        fingerprint, age, manifest, line, label_digest, choice, shown, besides = candidate
        label = choice << 40 | shown
        self._buckets[fingerprint >> _SHIFT].extend(
            (fingerprint, age, manifest << 40 | line, label_digest, label, besides)
        )

    def groups(self) -> Iterator[list[Candidate]]:
        """The candidates of each record, the chosen one first."""
        for bucket in self._buckets:
            for _, group in groupby(sorted(_candidates(bucket)), key=itemgetter(0)):
                yield sorted(group, key=_preference, reverse=True)


class DifferingLabels(NamedTuple):
    """A record whose labels differ: the chosen one, and those that differ from it."""

    taken: Candidate
    others: tuple[Candidate, ...]


class Replaced(NamedTuple):
    """Labels that others replace: the jobs of both (manifest and choice), and the classes replaced."""

    winner: tuple[int, int]
    loser: tuple[int, int]
    shown: int


class ChosenLines:
    """The chosen line of each record, and the labels that are written there.

    Args:
        candidates: of all manifests.
        lines: number of the last line of each.
        unite: whether labels of several jobs are written together.

    Attributes:
        taken: for each manifest, what becomes of each of its lines, by its number: such as `ALONE`.
        says_else: for each manifest, a 1 at the number of each line that is not written, and that says
            something else beside labels and record key than the line that is.
        united: by place of its first label, the further labels of a record that has several, in the order of
            their authority, which does not depend on the order of the manifests.
        given: places of all of these further labels.
        contradictory: number of records of which two further labels, or the first and another, differ.
        contradictory_examples: the first of them: two places each.
        differing: number of records whose labels differ, and of which some are replaced.
        examples: the first of them, in the order of the chosen lines.
        replaced: number of records by what replaced what, where the labels are of two jobs.
        first_replaced: manifest and line of the first chosen line for each of those.
    """

    def __init__(self, candidates: Candidates, lines: Sequence[int], *, unite: bool = False) -> None:
        self.taken = tuple(bytearray(count + 1) for count in lines)
        self.says_else = tuple(bytearray(count + 1) for count in lines)
        self.differing = self.contradictory = 0
        self.contradictory_examples: list[tuple[Place, Place]] = []
        self.united: dict[Place, tuple[Place, ...]] = {}
        self.given = set[Place]()
        self.replaced: Counter[Replaced] = Counter()
        self.first_replaced: dict[Replaced, tuple[int, int]] = {}
        self._found: list[DifferingLabels] = []
        for group in candidates.groups():
            if unite and group[0].label_digest:
                self._unite(group)
            else:
                self._take(group)
        self.examples = _first(self._found)

    def is_written(self, place: Place) -> bool:
        """Whether the label at a place is one of those written."""
        fate = self.taken[place.manifest][place.line]
        return fate == ALONE or (fate > ALONE and (place in self.united or place in self.given))

    def count(self, manifest: int) -> int:
        """Number of a manifest's lines that are written."""
        return self.taken[manifest].count(ALONE) + self.taken[manifest].count(CARRIES)

    def example_lines(self, manifest: int) -> set[int]:
        """Numbers of a manifest's lines that have labels in `examples`."""
        labels = (one for taken, others in self.examples for one in (taken, *others))
        return {one.line for one in labels if one.manifest == manifest}

    def _take(self, group: Sequence[Candidate]) -> None:
        taken, *others = group
        self.taken[taken.manifest][taken.line] = ALONE
        self._note_else(taken, others)
        self._note_differing(taken, others)

    def _unite(self, group: Sequence[Candidate]) -> None:
        """Of each job the label that is first in the group."""
        jobs: dict[tuple[int, int], list[Candidate]] = {}
        for candidate in group:
            if candidate.label_digest:
                jobs.setdefault(candidate.job, []).append(candidate)
        for newest, *others in jobs.values():
            self._note_differing(newest, others)
        first, *further = sorted((newest for newest, *_ in jobs.values()), key=_authority, reverse=True)
        self._note_else(first, group)
        places = tuple(one.place for one in further)
        for place in places:
            self.taken[place.manifest][place.line] = GIVES
        self.taken[first.manifest][first.line] = CARRIES if further else ALONE
        if further:
            self.united[first.place] = places
            self.given.update(places)
        differing = next((one for one in further if one.label_digest != first.label_digest), None)
        if differing is not None:
            self.contradictory += 1
            self.contradictory_examples = [
                min([(first.place, differing.place), *self.contradictory_examples])
            ]

    def _note_else(self, written: Candidate, others: Sequence[Candidate]) -> None:
        for other in others:
            if other.besides != written.besides:
                self.says_else[other.manifest][other.line] = 1

    def _note_differing(self, taken: Candidate, others: Sequence[Candidate]) -> None:
        others = [one for one in others if one.label_digest not in (taken.label_digest, 0)]
        if others:
            self.differing += 1
            self._found.append(DifferingLabels(taken, tuple(others)))
            self._note_replaced(taken, others)
        if len(self._found) > _MANY:
            self._found = _first(self._found)

    def _note_replaced(self, taken: Candidate, others: Sequence[Candidate]) -> None:
        place = taken.manifest, taken.line
        for replaced in {Replaced(taken.job, other.job, other.shown) for other in others}:
            if replaced.loser != replaced.winner:
                self.replaced[replaced] += 1
                self.first_replaced[replaced] = min(place, self.first_replaced.get(replaced, place))


def _first(found: list[DifferingLabels]) -> list[DifferingLabels]:
    return nsmallest(_EXAMPLES, found, key=attrgetter("taken.manifest", "taken.line"))


def _candidates(bucket: "array[int]") -> Iterator[Candidate]:
    numbers = iter(bucket)
    for fingerprint, age, place, label_digest, label, besides in zip(*[numbers] * 6, strict=True):
        manifest, line, choice, shown = place >> 40, place & _LOW, label >> 40, label & _LOW
        yield Candidate(fingerprint, age, manifest, line, label_digest, choice, shown, besides)


def _preference(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.age, candidate.manifest, -candidate.line


def _authority(candidate: Candidate) -> tuple[int, int, int, int, int]:
    """Labels that say the same are equal, whatever manifest they are in."""
    return candidate.age, candidate.label_digest, candidate.manifest, -candidate.choice, -candidate.line
