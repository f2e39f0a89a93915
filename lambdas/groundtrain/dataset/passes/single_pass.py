"""One pass over a manifest: its lines are decided, the whole is asked, and they are counted and written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import Counts, LineCounter
from groundtrain.dataset.passes.decisions import Decision, Kept, Rejected
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.line_decision import LineDecider
from groundtrain.dataset.passes.whole_manifest import (
    ManifestPart,
    WholeManifest,
    sightings,
    without_repetitions,
)
from groundtrain.dataset.rejected_lines import rejected_line
from groundtrain.dataset.split.between_files import BetweenFiles
from groundtrain.dataset.split.given_files import GivenFiles
from groundtrain.dataset.split.sides import SIDES, Side
from groundtrain.manifest.lines import Lines, LineTotals
from groundtrain.manifest.source import ManifestSource

_BATCH = 192


class LinesRead(NamedTuple):
    """All lines of a manifest after one pass."""

    totals: LineTotals
    counts: Counts
    whole: WholeManifest


class OutputLines(NamedTuple):
    """Lines that are written to each of the files."""

    train: Sequence[bytes]
    validation: Sequence[bytes]
    test: Sequence[bytes]
    rejected: Sequence[bytes]


NO_LINES = OutputLines((), (), (), ())
Watch = Callable[[Sequence[Decision]], object]
"""Is shown decided lines, in their order, as they are counted."""


def read_alone(
    source: ManifestSource,
    given: PassSettings,
    outputs: Outputs,
    image_exists: Callable[[str], bool] | None = None,
    watch: Watch | None = None,
) -> LinesRead:
    """Read the whole manifest in this process."""
    decider, counter = LineDecider(given, image_exists), LineCounter(given)
    whole = WholeManifest.of(given.label_type)
    lines = Lines(source.open())
    between = BetweenFiles(given.files, given) if given.files is not None else None
    for batch in batches(lines):
        decisions: Sequence[Decision] = [decider.decide(number, line) for number, line in batch]
        if between is not None:
            decisions = between.without_leaks(decisions)
        counted = add_decisions(decisions, decider, counter, whole, outputs)
        if watch is not None:
            watch(counted)
    counter.note_names(decider.reader)
    whole.part.join_sides()
    return LinesRead(lines, counter.counts, whole)


def add_decisions(
    decisions: Sequence[Decision],
    decider: LineDecider,
    counter: LineCounter,
    whole: WholeManifest,
    outputs: Outputs,
) -> Sequence[Decision]:
    """Ask the whole about lines that follow all those before, and count and write them, and give them."""
    whole.watch(decisions)
    repetitions = whole.records.repetitions(sightings(decisions))
    decisions = without_repetitions(decisions, repetitions, decider.given)
    lines_written = take(decisions, decider, counter, whole.part)
    for writer, written in zip(outputs.writers, lines_written, strict=True):
        writer.write_all(written)
    return decisions


def take(
    decisions: Sequence[Decision], decider: LineDecider, counter: LineCounter, part: ManifestPart
) -> OutputLines:
    """Count decided lines, in their order, and give what is to be written of them."""
    kept = [decision for decision in decisions if type(decision) is Kept]
    decider.rewrite(kept)
    sides: dict[Side, list[Kept]] = {side: [] for side in SIDES}
    for each in kept:
        sides[each.side].append(each)
    counter.add(decisions, sides)
    counter.add_records(kept)
    part.add(kept, sides, decider.given)
    train, validation, test = ([each.output for each in on_side] for on_side in sides.values())
    return OutputLines(
        train,
        validation,
        test,
        [_rejected_line(each, decider.given.files) for each in decisions if type(each) is Rejected],
    )


def batches(lines: Lines) -> Iterator[Iterable[tuple[int, bytes]]]:
    """Few lines at a time: what is made of them stays in a core's cache, and in bounded memory."""
    for batch in lines.batches():
        for start in range(0, len(batch), _BATCH):
            yield batch[start : start + _BATCH]


def _rejected_line(rejected: Rejected, files: GivenFiles | None) -> bytes:
    first = rejected.reason
    reason = f"{first.rule.name} at {first.path}: {first.message}"
    manifest, number = ("", rejected.number) if files is None else files.place_of(rejected.number)
    return rejected_line(number, rejected.codes, reason, first.source, rejected.line, manifest)
