"""Findings on the manifests that a split is given by, each on the one that it is about."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.rejected_lines import what_to_do
from groundtrain.dataset.split.class_sides import Records
from groundtrain.dataset.split.given_files import GivenFile, GivenFiles, GivenManifests
from groundtrain.dataset.split.sides import SIDES, TEST, TRAIN, Side
from groundtrain.manifest.classes.class_checks import find_ambiguities
from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.completed_manifest import CompletedManifest
from groundtrain.manifest.lines import LineTotals
from groundtrain.quantities import enumerated, first_few, quoted, several
from groundtrain.rules.findings import Finding

_SHOWN = 5
_UNUSABLE = {0: "it has no record", 1: "its only record cannot be used"}
_AMBIGUOUS = ("GT303", "GT304")


def totals_by_side(result: PassResult) -> Mapping[Side, LineTotals]:
    """What is counted of the lines of each manifest; none where there is only one."""
    source = result.source
    while isinstance(source, CompletedManifest):
        source = source.incomplete
    return source.totals if isinstance(source, GivenManifests) else {}


def corrections(result: PassResult) -> dict[str, int]:
    """How many lines, or places of the files, were corrected while reading, by rule."""
    each = [totals.corrections() for totals in totals_by_side(result).values()]
    together = {code: sum(counts[code] for counts in each) for code in (each[0] if each else ())}
    return together or result.lines.corrections()


def file_findings(result: PassResult) -> Iterator[Finding]:
    """GT110 to GT113."""
    files = result.given.files
    if files is None:
        yield from result.lines.file_findings()
        return
    for side, totals in totals_by_side(result).items():
        yield from (files.on(side, finding) for finding in totals.file_findings())


def by_manifest(
    result: PassResult, found: Iterable[Finding], renamed: Collection[str] = ()
) -> Iterator[Finding]:
    """What was found of the classes; GT303, GT304 in each manifest by itself, and GT434 between them.

    Ids that cannot change are compared line by line (GT330).
    """
    files, by_side, spellings = (
        result.given.files,
        result.whole.part.classes_by_side,
        result.counts.spellings,
    )
    if files is None or result.label_type.renumber is None or result.label_type.by_reference:
        yield from found
        return
    yield from (finding for finding in found if finding.code not in _AMBIGUOUS)
    for side, seen in by_side.items():
        yield from (files.on(side, each) for each in find_ambiguities(seen, spellings, renamed))
        if side != TRAIN and TRAIN in by_side:
            yield from _other_ids(files, side, by_side[TRAIN], seen, spellings)


def _other_ids(
    files: GivenFiles, side: Side, training: ClassesSeen, seen: ClassesSeen, spellings: Mapping[str, str]
) -> Iterator[Finding]:
    """GT434: what differs may be an id's name, or a name's id."""
    there, here = _ids_by_name(training, spellings), _ids_by_name(seen, spellings)
    names_there = {i: name for name, i in there.items()}
    differ = [
        f"{quoted(name)} is {i} here and {there[name]} for training"
        if name in there
        else f"{i} is {quoted(name)} here and {quoted(names_there[i])} for training"
        for name, i in here.items()
        if there.get(name, i) != i or names_there.get(i, name) != name
    ]
    if differ:
        message = f"class ids differ: {first_few(differ, _SHOWN)}"
        yield files.on(side, Finding.on_file("GT434", message, names=differ))


def _ids_by_name(seen: ClassesSeen, spellings: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, name in seen.pairs():
        found.setdefault(spellings.get(name, name), i)
    return found


def empty_manifests(result: PassResult, files: GivenFiles) -> Iterator[Finding]:
    """GT402, or GT430 for test."""
    counts = dict(zip(SIDES, result.counts.sides, strict=True))
    totals, examples = totals_by_side(result), result.counts.findings.examples()
    for file in files.files:
        if counts[file.side].records:
            continue
        records = totals[file.side].records
        message = _UNUSABLE.get(records, f"none of its {records:,} records can be used")
        faults = [each for each in examples if each.is_error and _is_in(file, each, files)]
        often = Counter(each.code for each in faults)
        fix = what_to_do(often, faults) if often else "name a manifest with labels"
        code = "GT430" if file.side == TEST else "GT402"
        yield files.on(file.side, Finding.on_file(code, message, fix=fix))


def _is_in(file: GivenFile, finding: Finding, files: GivenFiles) -> bool:
    return bool(finding.line) and files.of_line(finding.line) == file


def missing_classes(files: GivenFiles, sides: Mapping[str, Records]) -> Iterator[Finding]:
    """GT403, on each manifest that lacks classes; `sides` are the records of each class."""
    for place, side in enumerate(SIDES):
        lacking = {
            name: records
            for name, records in sides.items()
            if place < len(records) and not records[place] and any(records)
        }
        if lacking and files.of_side(side) is not None:
            fix = f"add records of {'it' if len(lacking) == 1 else 'each'} to this manifest"
            yield files.on(side, Finding.on_file("GT403", _in_words(lacking, files), fix=fix, names=lacking))


def _in_words(lacking: Mapping[str, Records], files: GivenFiles) -> str:
    (name, records), *others = lacking.items()
    if others:
        classes = several([*lacking])
        return f"{len(lacking):,} classes of the other manifests are on no record: {classes}"
    elsewhere = [
        f"{number:,} of {file.name}"
        for side, number in zip(SIDES, records, strict=False)
        if number and (file := files.of_side(side)) is not None
    ]
    return f"the class {quoted(name)} is on no record, and on {enumerated(elsewhere)}"
