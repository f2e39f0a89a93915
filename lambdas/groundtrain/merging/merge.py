"""Merge the manifests of several labeling jobs.

Every manifest is read three times: to find its label attributes, to scan its lines, and to write the chosen
ones; when lines are replaced, once more to find the remaining classes. Between the passes some 50 bytes are
kept for each line.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.completed_manifest import added
from groundtrain.manifest.source import ManifestSource
from groundtrain.merging.chosen_lines import GIVES, ChosenLines
from groundtrain.merging.conflicts import Conflict, label_conflicts
from groundtrain.merging.contradictions import refuse_contradictions
from groundtrain.merging.lost_classes import refuse_losses, refuse_unknown
from groundtrain.merging.merge_inputs import MergeInput, choose_inputs, output_keys
from groundtrain.merging.merge_result import LeftOut, Merged, MergedInput, RecordsApart
from groundtrain.merging.merged_classes import merge_classes
from groundtrain.merging.scan import Scan, Scanner
from groundtrain.merging.writing import Written, write_merged

_EXAMPLES = 100
Overlap = Literal["unite", "newest"]


def merge(
    sources: Sequence[ManifestSource],
    output: Path,
    *,
    label: str | None = None,
    take: Sequence[str] = (),
    categories: Sequence[str] = (),
    drop: Sequence[str] = (),
    record_key: Sequence[str] = (),
    overlap: Overlap | None = None,
    iou_threshold: float | None = None,
) -> Merged:
    """Write one manifest that has each record of the others once, with its newest label, or with all.

    Args:
        sources: at least one manifest.
        output: the file to write; replaced as a whole, and may be one of the manifests.
        label: name of its label attribute; that of the first manifest by default.
        take: label attributes to take from manifests that have several, of each line the first that has a
            label; `label` is tried after them.
        categories: class names in the order of their new ids; other classes come after them.
        drop: classes that may be lost where newer labels replace them.
        record_key: attributes that make a record together with its source; all that are no labels by default.
        overlap: what becomes of labels of several jobs on one record. "unite" puts them together; "newest"
            takes the newest, whatever classes are lost with the others; None does so where no class is lost.
        iou_threshold: boxes of one class that are put together are the same from this intersection over
            union on; None for equal ones only.

    Raises:
        ManifestError: the manifests cannot be merged, or a label or class would be lost.
        GroundtrainError: no line has an attribute of `record_key`, or a class of `drop`.
        LabelAttributeError: a manifest has several label attributes but none of those in `take`, or the name
            of the new label attribute is not allowed.
        SettingsError: the file cannot be written.
    """
    inputs = choose_inputs(sources, take, label, record_key)
    keys = output_keys(inputs, label)
    unite = overlap == "unite"
    if iou_threshold is not None and not inputs[0].label_type.has_iou:
        raise _no_iou(inputs[0])
    scanner = Scanner(unite=unite)
    scans = [scanner.scan(merge_input, position) for position, merge_input in enumerate(inputs)]
    chosen = ChosenLines(scanner.candidates, [scanned.last for scanned in scans], unite=unite)
    left_out = tuple(_left_out(inputs, scans))
    _refuse_empty(chosen, left_out)
    _refuse_unknown_key(record_key, inputs, scanner)
    refuse_unknown(scans, drop)
    for scanned in scans:
        scanned.others.refuse_alone()
    if overlap != "newest":
        refuse_losses(inputs, scans, scanner, chosen, drop)
    if inputs[0].label_type.unite is None:
        refuse_contradictions(inputs, chosen)
    classes = merge_classes(inputs, scans, chosen, categories)
    written = write_merged(inputs, chosen, keys, classes, output, iou_threshold)
    return Merged(
        label=keys.label,
        type=inputs[0].label_type.name,
        records=sum(map(chosen.count, range(len(inputs)))),
        united=len(chosen.united),
        classes=classes.names,
        manifests=tuple(
            _merged_input(merge_input, i, scans[i], chosen, written[i])
            for i, merge_input in enumerate(inputs)
        ),
        conflicts=_counts(chosen, classes.conflicts),
        examples=(*_label_conflicts(inputs, chosen, written), *classes.conflicts[:_EXAMPLES]),
        left_out=left_out,
        records_apart=RecordsApart(scanner.records.apart, tuple(scanner.records.attributes)),
    )


def _refuse_unknown_key(record_key: Sequence[str], inputs: Sequence[MergeInput], scanner: Scanner) -> None:
    for name in record_key:
        if name not in scanner.records.attributes and name != inputs[0].taken[0].source:
            raise GroundtrainError(
                f"no line has the attribute {name}", fix="correct the name under `--record-key`"
            )


def _no_iou(first: MergeInput) -> ManifestError:
    return ManifestError(
        f"labels of type {first.label_type.name} have no IoU, only boxes do",
        fix="leave out `--iou-threshold`",
    )


def _left_out(inputs: Sequence[MergeInput], scans: Sequence[Scan]) -> Iterable[LeftOut]:
    for merge_input, scanned in zip(inputs, scans, strict=True):
        for finding in scanned.left_out.examples():
            yield LeftOut(merge_input.source.name, finding)


def _refuse_empty(chosen: ChosenLines, left_out: Sequence[LeftOut]) -> None:
    if not any(map(any, chosen.taken)):
        manifest, finding = left_out[0].manifest, left_out[0].finding
        raise ManifestError(
            f"no line can be merged, such as {manifest} line {finding.line}: {finding.message}",
            fix=finding.advice,
        )


def _label_conflicts(
    inputs: Sequence[MergeInput], chosen: ChosenLines, written: Sequence[Written]
) -> tuple[Conflict, ...]:
    names = [merge_input.source.name for merge_input in inputs]
    labels = {(i, *place): label for i, one in enumerate(written) for place, label in one.examples.items()}
    return label_conflicts(chosen.examples, names, labels)


def _merged_input(
    merge_input: MergeInput, position: int, scanned: Scan, chosen: ChosenLines, written: Written
) -> MergedInput:
    left_out, taken = scanned.left_out.counts, chosen.count(position)
    united = chosen.taken[position].count(GIVES)
    return MergedInput(
        manifest=merge_input.source.name,
        label=merge_input.taken[0].label,
        records=scanned.records,
        taken=taken,
        unlabeled=written.unlabeled,
        united=united,
        taken_as_one=dict(written.taken_as_one),
        replaced=scanned.records - left_out.total() - taken - united,
        replaced_classes=dict(written.replaced),
        attributes_not_written=dict(written.attributes),
        repeated=dict(written.repeated),
        left_out=dict(sorted(left_out.items())),
        fixed=dict(sorted(scanned.fixed.items())),
        added=tuple(finding.message for finding in added(merge_input.source, scanned.records)),
        not_taken=tuple(scanned.others.not_taken.values()),
        also=tuple(keys.label for keys in merge_input.taken[1:]),
    )


def _counts(chosen: ChosenLines, conflicts: Sequence[Conflict]) -> dict[str, int]:
    counts = Counter(conflict.kind for conflict in conflicts)
    return ({"different-labels": chosen.differing} if chosen.differing else {}) | dict(counts)
