"""Merge the manifests of several labeling jobs.

Every manifest is read three times: to find its label attributes, to scan its lines, and to write the chosen
ones; when lines are replaced, once more to find the remaining classes. Between the passes some 50 bytes are
kept for each line.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from groundtrain.dataset.outputs import LineWriter
from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_map import listed_classes
from groundtrain.manifest.completed_manifest import added
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.merging.classes import refuse_fixed_ids, refuse_other_order, together, united_classes
from groundtrain.merging.conflicts import Conflict, find_class_conflicts, label_conflict
from groundtrain.merging.deduplication import Candidate, Deduplication
from groundtrain.merging.entries import UNLABELED, EntryReader
from groundtrain.merging.inputs import Input, choose_inputs, output_keys
from groundtrain.merging.merged import LeftOut, Merged, MergedInput, RecordsApart
from groundtrain.merging.questions import refuse_losses, refuse_unknown
from groundtrain.merging.rewriting import Rewriter
from groundtrain.merging.scanning import Scan, Scanner, classes_of
from groundtrain.merging.spellings import (
    find_fixed_spellings,
    find_job_spellings,
    respelled,
    spelling_conflicts,
)
from groundtrain.output_files import replaced_file
from groundtrain.rules.findings import Finding

_EXAMPLES = 100
_Spellings = tuple[dict[str, str], ...]


class _Written(Struct):
    """What was written of one manifest; `disputed` are sources and items of a dispute by line number."""

    unlabeled: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    disputed: dict[int, tuple[str, Counter[str]]] = {}


def merge(
    sources: Sequence[ManifestSource],
    output: Path,
    *,
    label: str | None = None,
    take: Sequence[str] = (),
    categories: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> Merged:
    """Write one manifest that has each record of the others once, with its newest label.

    Args:
        sources: at least one manifest.
        output: the file to write; replaced as a whole, and may be one of the manifests.
        label: name of its label attribute; that of the first manifest by default.
        take: label attributes to take from manifests that have several, of each line the first that has a
            label; `label` is tried after them.
        categories: class names in the order of their new ids; other classes come after them.
        drop: classes that may be lost where newer labels replace them.

    Raises:
        ManifestError: the manifests cannot be merged, or a label or class would be lost.
        LabelAttributeError: a manifest has several label attributes but none of those in `take`, or the name
            of the new label attribute is not allowed.
        SettingsError: the file cannot be written.
    """
    inputs = choose_inputs(sources, take, label)
    keys, label_type = output_keys(inputs, label), inputs[0].label_type
    scanner = Scanner()
    scans = [scanner.scan(given, position) for position, given in enumerate(inputs)]
    chosen = Deduplication(scanner.candidates, [scanned.last for scanned in scans])
    left_out = tuple(_left_out(inputs, scans))
    _refuse_empty(chosen, left_out)
    refuse_unknown(scans, drop)
    for scanned in scans:
        scanned.others.refuse_alone()
    refuse_losses(inputs, scans, scanner.sets, chosen, drop)
    spellings = _spellings(inputs, scans, categories)
    conflicts = _class_conflicts(inputs, scans, categories, spellings)
    refuse_fixed_ids(label_type, conflicts, _disagreeing(inputs, scans, spellings))
    remaining = [
        respelled(*pair)
        for i, given in enumerate(inputs)
        for pair in zip(classes_of(given, scans[i], chosen.taken[i]), spellings[i], strict=True)
    ]
    refuse_other_order(label_type, remaining, categories)
    classes = united_classes(label_type, remaining, categories)
    rewriters = [Rewriter(given, keys, classes, spellings[i]) for i, given in enumerate(inputs)]
    written = _write(inputs, chosen, rewriters, output)
    labels = _label_conflicts(inputs, chosen, written)
    return Merged(
        label=keys.label,
        type=label_type.name,
        records=sum(map(sum, chosen.taken)),
        classes=classes,
        manifests=tuple(map(_merged_input, inputs, scans, chosen.taken, written)),
        conflicts=_counts(chosen, conflicts),
        examples=(*labels, *conflicts[:_EXAMPLES]),
        left_out=left_out,
        records_apart=RecordsApart(scanner.records.apart, tuple(scanner.records.attributes)),
    )


def _refuse_empty(chosen: Deduplication, left_out: Sequence[LeftOut]) -> None:
    if not any(map(any, chosen.taken)):
        manifest, finding = left_out[0].manifest, left_out[0].finding
        raise ManifestError(
            f"no line can be merged, such as {manifest} line {finding.line}: {finding.message}",
            fix=finding.advice,
        )


def _spellings(inputs: Sequence[Input], scans: Sequence[Scan], categories: Sequence[str]) -> list[_Spellings]:
    """For each manifest, and each label attribute taken of it."""
    label_type = inputs[0].label_type
    if label_type.by_reference:
        jobs = [job for one in scans for job in one.classes]
        found = iter(find_fixed_spellings(label_type, jobs, categories))
        return [tuple(next(found) for _ in scanned.classes) for scanned in scans]
    return [
        tuple(find_job_spellings(label_type, classes, categories) for classes in scanned.classes)
        for scanned in scans
    ]


def _class_conflicts(
    inputs: Sequence[Input],
    scans: Sequence[Scan],
    categories: Sequence[str],
    spellings: Sequence[_Spellings],
) -> tuple[Conflict, ...]:
    jobs = [
        (given.name(choice), classes, spelled[choice])
        for given, scanned, spelled in zip(inputs, scans, spellings, strict=True)
        for choice, classes in enumerate(scanned.classes)
    ]
    label_type = inputs[0].label_type
    listed = listed_classes(label_type, categories) if categories else ()
    pairs = [(name, respelled(classes, spelled).pairs()) for name, classes, spelled in jobs]
    return (
        *(conflict for name, _, spelled in jobs for conflict in spelling_conflicts(name, spelled)),
        *find_class_conflicts(pairs, listed, with_ids=label_type.has_ids),
    )


def _disagreeing(
    inputs: Sequence[Input], scans: Sequence[Scan], spellings: Sequence[_Spellings]
) -> tuple[str, ...]:
    """Names of the manifests whose own lines use an id for several classes."""
    return tuple(
        given.source.name
        for given, scanned, spelled in zip(inputs, scans, spellings, strict=True)
        if None in together(map(respelled, scanned.classes, spelled)).by_id().values()
    )


def _write(
    inputs: Sequence[Input], chosen: Deduplication, rewriters: Sequence[Rewriter], output: Path
) -> list[_Written]:
    disputed = {
        (one.manifest, one.line) for dispute in chosen.disputes for one in (dispute.taken, *dispute.others)
    }
    with replaced_file(output) as file:
        writer = LineWriter(file)
        written = [
            _write_taken(given, chosen.taken[i], rewriters[i], writer, _of(i, disputed))
            for i, given in enumerate(inputs)
        ]
        writer.flush()
    return written


def _of(manifest: int, places: Iterable[tuple[int, int]]) -> set[int]:
    return {line for i, line in places if i == manifest}


def _write_taken(
    given: Input, flags: bytearray, rewriter: Rewriter, writer: LineWriter, disputed: set[int]
) -> _Written:
    written, reader = _Written(), EntryReader(given)
    for number, line in Lines(given.source.open()):
        if isinstance(entry := reader.read(number, line), Finding):
            continue
        if flags[number]:
            writer.write(rewriter.rewrite(number, entry, reader.names(entry)))
            written.repeated += rewriter.repeated(entry, reader.names(entry))
            written.unlabeled += entry.age == UNLABELED
        else:
            written.replaced.update(reader.shown(entry))
        if number in disputed:
            written.disputed[number] = entry.source, reader.shown(entry)
    return written


def _label_conflicts(
    inputs: Sequence[Input], chosen: Deduplication, written: Sequence[_Written]
) -> list[Conflict]:
    names = [given.source.name for given in inputs]

    def shown(candidate: Candidate) -> Counter[str]:
        return written[candidate.manifest].disputed[candidate.line][1]

    return [
        label_conflict(
            written[dispute.taken.manifest].disputed[dispute.taken.line][0],
            dispute,
            names,
            [shown(other) for other in dispute.others],
        )
        for dispute in chosen.disputes
    ]


def _merged_input(given: Input, scanned: Scan, flags: bytearray, written: _Written) -> MergedInput:
    left_out = scanned.left_out.counts
    return MergedInput(
        manifest=given.source.name,
        label=given.taken[0].label,
        records=scanned.records,
        taken=sum(flags),
        unlabeled=written.unlabeled,
        replaced=scanned.records - left_out.total() - sum(flags),
        replaced_classes=dict(written.replaced),
        repeated=dict(written.repeated),
        left_out=dict(sorted(left_out.items())),
        fixed=dict(sorted(scanned.fixed.items())),
        added=tuple(finding.message for finding in added(given.source, scanned.records)),
        not_taken=tuple(scanned.others.not_taken.values()),
        also=tuple(keys.label for keys in given.taken[1:]),
    )


def _counts(chosen: Deduplication, conflicts: Sequence[Conflict]) -> dict[str, int]:
    counts = Counter(conflict.kind for conflict in conflicts)
    return ({"different-labels": chosen.disputed} if chosen.disputed else {}) | dict(counts)


def _left_out(inputs: Sequence[Input], scans: Sequence[Scan]) -> Iterable[LeftOut]:
    for given, scanned in zip(inputs, scans, strict=True):
        for finding in scanned.left_out.examples():
            yield LeftOut(given.source.name, finding)
