"""Parts of a manifest that are read apart, and what comes of one: see `WholeManifest`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from groundtrain.dataset.outputs import joined
from groundtrain.dataset.passes.counts import Counts, LineCounter
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.single_pass import NO_LINES, OutputLines, batches, take
from groundtrain.dataset.passes.whole_manifest import (
    LabelsRead,
    ManifestPart,
    sightings,
    without_repetitions,
)
from groundtrain.manifest.lines import Lines, LineTotals, count_lines
from groundtrain.manifest.repeated_sources import Sightings
from groundtrain.manifest.source import FileManifest


class Range(NamedTuple):
    """Whole lines of a file: bytes from `start` to before `end`; `first` is the number of the first line."""

    start: int
    end: int
    first: int


class PartSizes(NamedTuple):
    """How large the parts of a file are, in bytes: the last ones are smaller, so that processes end together.

    Attributes:
        usual: of all parts but the last ones.
        of_file: bytes of the file.
        processes: that read it.
    """

    usual: int
    of_file: int
    processes: int

    def at(self, start: int) -> int:
        """Of the part that begins here, at the least."""
        share = (self.of_file - start) // (2 * self.processes)
        return max(min(self.usual, share), self.usual // 16, 1)


def ranges(chunks: Iterable[bytes], sizes: PartSizes) -> Iterator[Range]:
    """Cut a file behind the first line end after the bytes of each part."""
    start, first, position, lines = 0, 1, 0, 0
    for chunk in chunks:
        begin = 0
        while (found := chunk.find(b"\n", max(begin, start + sizes.at(start) - 1 - position))) >= 0:
            lines += count_lines(chunk[begin : found + 1])
            begin = found + 1
            yield Range(start, position + begin, first)
            start, first, lines = position + begin, first + lines, 0
        lines += count_lines(chunk[begin : chunk.rfind(b"\n") + 1])
        position += len(chunk)
    if position > start:
        yield Range(start, position, first)


class Task(NamedTuple):
    """A part to be read.

    Attributes:
        place: where it is.
        repetitions: its lines that are known to repeat earlier ones, with these.
        most_sources: see `ManifestPart`.
        slot: of `SharedTexts`, for what is written of it; None where none is free.
    """

    place: Range
    repetitions: Mapping[int, int]
    most_sources: int
    slot: int | None = None


class PartRead(NamedTuple):
    """What came of a part.

    Attributes:
        records: what the whole manifest is asked: which of them repeat those of earlier lines.
        labels: for the habits of labels.
        texts: its lines of each output, joined, and how many they are.
        slot: see `Task`.
    """

    place: Range
    records: Sequence[Sightings]
    labels: LabelsRead
    totals: LineTotals
    counts: Counts
    part: ManifestPart
    texts: Sequence[tuple[bytes | memoryview, int]]
    slot: int | None = None


class PartReader:
    """Reads one part of a file after the other."""

    def __init__(self, file: FileManifest, given: PassSettings, *, keeps_texts: bool) -> None:
        self._file, self._given, self._keeps_texts = file, given, keeps_texts
        self._decider = LineDecider(given)

    def read(self, task: Task, meanwhile: Callable[[], object] = lambda: None) -> PartRead:
        """Decide, count and join the lines of a part; `meanwhile` is called after every few of them.

        Raises:
            GroundtrainError: the file cannot be read.
        """
        given, decide, place = self._given, self._decider.decide, task.place
        lines = Lines(self._file.part(place.start, place.end), place.first)
        records, labels, written = list[Sightings](), LabelsRead(), [NO_LINES]
        counter, part = LineCounter(given), ManifestPart(task.most_sources)
        habits = given.label_type.habits() if given.label_type.habits else None
        for batch in batches(lines):
            decisions = [decide(number, line) for number, line in batch]
            records.append(sightings(decisions))
            if habits is not None:
                labels.add(decisions, habits)
            decided = without_repetitions(decisions, task.repetitions, given)
            written.append(take(decided, self._decider, counter, part))
            meanwhile()
        counter.note_names(self._decider.reader)
        texts = self._joined(written)
        return PartRead(place, records, labels, lines.totals(), counter.counts, part, texts, task.slot)

    def _joined(self, written: Sequence[OutputLines]) -> list[tuple[bytes, int]]:
        of_outputs = (list(chain.from_iterable(lines)) for lines in zip(*written, strict=True))
        return [(joined(lines) if self._keeps_texts else b"", len(lines)) for lines in of_outputs]
