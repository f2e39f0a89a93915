"""Parts of a manifest that are read apart: what is asked about one, and what comes of it.

A part is decided at once. Then the whole manifest is asked what only it knows, and only then the part's lines
are counted and joined: see `WholeManifest`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from groundtrain.dataset.passes.counts import Counts, LineCounter
from groundtrain.dataset.passes.decisions import Decision
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.single_pass import take
from groundtrain.dataset.passes.whole_manifest import (
    LabelsRead,
    ManifestPart,
    labels_read,
    sightings,
    without_repetitions,
)
from groundtrain.manifest.lines import Lines, LineTotals
from groundtrain.manifest.repeated_sources import Sighting

_CHUNK = 1 << 20


class Range(NamedTuple):
    """Whole lines of a file: bytes from `start` to before `end`; `first` is the number of the first line."""

    start: int
    end: int
    first: int

    def chunks(self, path: Path) -> Iterator[bytes]:
        """The bytes, in pieces."""
        with path.open("rb") as file:
            file.seek(self.start)
            left = self.end - self.start
            while left and (chunk := file.read(min(left, _CHUNK))):
                left -= len(chunk)
                yield chunk


def ranges(chunks: Iterable[bytes], size: int) -> Iterator[Range]:
    """Cut a file behind the first line end after each `size` bytes."""
    start, first, position, lines = 0, 1, 0, 0
    for chunk in chunks:
        begin = 0
        while (found := chunk.find(b"\n", max(begin, start + size - 1 - position))) >= 0:
            lines += chunk.count(b"\n", begin, found + 1)
            begin = found + 1
            yield Range(start, position + begin, first)
            start, first, lines = position + begin, first + lines, 0
        lines += chunk.count(b"\n", begin)
        position += len(chunk)
    if position > start:
        yield Range(start, position, first)


class Question(Struct):
    """What only the whole manifest knows of a part: which lines repeat earlier ones.

    Attributes:
        records: those that are kept unless they repeat one.
        labels: for the habits of labels; None where the type has none.
    """

    records: list[Sighting]
    labels: LabelsRead | None


class PartResult(Struct):
    """What came of a part; `texts` are its lines of the three outputs, joined, and how many they are."""

    totals: LineTotals
    counts: Counts
    part: ManifestPart
    texts: tuple[tuple[bytes, int], ...]


class PartReader:
    """Reads one part after the other, each in two steps."""

    def __init__(self, path: Path, decider: LineDecider, *, keeps_texts: bool) -> None:
        self._path, self._decider, self._keeps_texts = path, decider, keeps_texts
        self._totals = LineTotals()
        self._decisions = list[Decision]()

    def decide(self, part: Range) -> Question:
        """Decide the lines of a part."""
        lines, decide = Lines(part.chunks(self._path), part.first), self._decider.decide
        self._decisions = [decide(number, line) for batch in lines.batches() for number, line in batch]
        self._totals = LineTotals()
        self._totals.add(lines)
        habits = self._decider.given.label_type.habits
        labels = labels_read(habits(), self._decisions) if habits else None
        return Question(sightings(self._decisions), labels)

    def finish(self, repetitions: dict[int, int]) -> PartResult:
        """Count the lines of this part, given those that repeat earlier lines, with these."""
        given = self._decider.given
        decisions = without_repetitions(self._decisions, repetitions, given.keys)
        counter, part = LineCounter(given), ManifestPart()
        lines = take(decisions, self._decider, counter, part)
        counter.note_names(self._decider.reader)
        self._decisions.clear()
        texts = tuple(
            (b"\n".join((*each, b"")) if each and self._keeps_texts else b"", len(each)) for each in lines
        )
        return PartResult(self._totals, counter.counts, part, texts)
