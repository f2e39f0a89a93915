"""Read a manifest in one pass, or in two when class ids or the split depend on the whole of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from msgspec.structs import replace

from groundtrain.dataset.manifest_checks import ManifestContext, find_manifest_problems
from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import Counts
from groundtrain.dataset.passes.earlier_pass import EarlierPass, PassSettings
from groundtrain.dataset.passes.few_collections import few_collections
from groundtrain.dataset.passes.label_choice import find_labels_of, refuse_undecided
from groundtrain.dataset.passes.line_reading import ONE_PROCESS, ReadLines, Workers, line_reading
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.passes.whole_manifest import WholeManifest
from groundtrain.dataset.split.given_checks import corrections
from groundtrain.dataset.split.given_files import GivenFiles, given_files, main_manifest, settings_of_split
from groundtrain.manifest.classes.class_change_checks import (
    refuse_changes,
    refuse_united_ids,
    with_changes,
)
from groundtrain.manifest.classes.classes_seen import find_spellings
from groundtrain.manifest.classes.new_class_ids import listed_classes
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_attributes.verification import verifications_beside
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules import fixed_codes
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings


def read_manifest(
    source: ManifestSource,
    settings: DatasetSettings,
    outputs: Callable[[], AbstractContextManager[Outputs]],
    *,
    classes: Sequence[str] | None = None,
    counters: Mapping[str, int] = {},
    image_exists: Callable[[str], bool] | None = None,
    image_findings: Mapping[int, tuple[Finding, ...]] = {},
    most_findings: int = 20,
    types: Collection[str] = (),
    workers: Workers = ONE_PROCESS,
    beginning: Mapping[str, LabelAttribute] | None = None,
    read_lines: ReadLines | None = None,
) -> PassResult:
    """Read the whole manifest; each pass opens `outputs` anew, so that only the last one's output remains.

    Args:
        source: the manifest.
        settings: the dataset settings.
        outputs: opens the files that lines are written to.
        classes: names in the label category file, in order, when there is one.
        counters: LabelCounters of the labeling job, when they are known.
        image_exists: whether the object at an address exists; None assumes that all do.
        image_findings: findings of the image checks, by line.
        most_findings: findings of one rule that are kept as examples.
        types: what labels without metadata can be of, where their look allows for several types.
        workers: the processes that read a file; with `image_exists`, and for other sources, it is one.
        beginning: label attributes near the top, if they are known.
        read_lines: how a pass reads the lines, if not as the number of processes tells.

    Raises:
        ManifestError: it is not a manifest, or its labels are of a type that cannot be converted.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    settings, files = settings_of_split(source, settings), given_files(source)
    attribute, label_type, keys, choice = find_labels_of(source, settings, types, beginning)
    unused = () if settings.verified_by is not None else verifications_beside(attribute, choice)
    refuse_changes(source.name, settings.classes, label_type, classes or ())
    named = with_changes(classes or (), settings.classes, label_type)
    listed = listed_classes(label_type, named) if named else None  # else only the lines name them
    beforehand = EarlierPass(listed, listed=listed is not None, verifications=unused)
    of_file = tuple(classes or ())
    first = PassSettings(
        keys, label_type.name, settings, beforehand, of_file, image_findings, most_findings, files
    )
    with (
        few_collections(),
        line_reading(source, workers, image_exists)
        if read_lines is None
        else nullcontext(read_lines) as lines_of,
    ):

        def read(manifest: ManifestSource, given: PassSettings) -> PassResult:
            with outputs() as opened:
                lines, counts, whole = lines_of(manifest, given, opened)
            return PassResult(
                manifest, attribute, given, lines, counts, whole, opened, _classes(given, whole)
            )

        result = _read_until_known(partial(read, source), first)
        if result.counts.lacks_metadata:
            whole = completed(source, keys, label_type, classes or ())
            if whole is not source:
                result = _read_until_known(partial(read, whole), first)
    refuse_undecided(main_manifest(source), settings, result.counts.other_labels)
    context = ManifestContext(
        uri=source.uri,
        settings=settings,
        labels=choice,
        listed=named,
        named=classes or (),
        counters=counters,
    )
    return _with_manifest_findings(result, context)


def _classes(given: PassSettings, whole: WholeManifest) -> tuple[str, ...]:
    """Names of the classes, in the order of their ids in the dataset."""
    seen, label_type = whole.part.classes, given.label_type
    by_reference = label_type.by_reference
    found = seen.in_place(label_type.background) if by_reference else whole.part.names_in_order()
    return given.earlier.classes or found


def _with_manifest_findings(result: PassResult, context: ManifestContext) -> PassResult:
    """With findings on the whole; what was corrected while reading is fixed where that is asked for."""
    active, fixed = result.given.active, fixed_codes(context.settings.fix)
    manifest_findings = tuple(
        finding for finding in find_manifest_problems(result, context) if finding.code in active
    )
    log, corrected = result.counts.findings, corrections(result)
    log.add(finding for finding in manifest_findings if finding.code not in fixed & corrected.keys())
    log.fixed.update({code: count for code, count in corrected.items() if count and code in fixed})
    if result.given.files is not None:
        _place(result.counts, result.given.files)
    return result._replace(manifest_findings=manifest_findings)


def _place(counts: Counts, files: GivenFiles) -> None:
    """Say in which manifest, and on which of its lines, was found what is kept as an example."""
    log, largest = counts.findings, counts.largest_record
    log.first = [files.placed(finding) for finding in log.first]
    if largest is not None:
        manifest, line = files.place_of(largest.line)
        counts.largest_record = replace(largest, line=line, manifest=manifest)


Read = Callable[[PassSettings], PassResult]


def _read_until_known(read: Read, first: PassSettings) -> PassResult:
    """Read once, and again where what the whole has shown makes a difference to single lines."""
    result, settings, earlier = read(first), first.settings, first.earlier
    seen = result.whole.part.classes
    refuse_united_ids(result.source.name, settings.classes, first.label_type, seen)
    habits = result.whole.habits
    fault = habits.fault() if habits is not None else None
    if fault is not None and fault.finding.code in first.active:
        return _again(result, read, replace(earlier, fault=fault))
    learned = _with_classes(result)
    if settings.unused_classes == "drop":
        counted = _again(result, read, learned)
        if (used := _used_classes(counted)) != counted.classes:
            learned = replace(learned, classes=used)
    if settings.split == "stratified":
        groups = result.whole.part.groups
        learned = replace(learned, sides=groups.sides(settings.validation, settings.test, learned.spellings))
    if learned.sides is not None:
        return _again(result, read, learned)
    moved = result.whole.part.outermost.to_move()
    result = _again(result, read, replace(learned, moved=moved))
    if not settings.test:
        return result
    moved = {**moved, **result.whole.part.outermost.to_move_for_test()}
    return _again(result, read, replace(result.earlier, moved=moved))


def _again(result: PassResult, read: Read, learned: EarlierPass) -> PassResult:
    """The result of another pass, where what was learned since makes a difference."""
    if learned == result.earlier:
        return result
    again = read(replace(result.given, earlier=learned))
    again.counts.lacks_metadata = again.counts.lacks_metadata or result.counts.lacks_metadata
    return again


def _with_classes(result: PassResult) -> EarlierPass:
    """With the classes of the lines, where another pass is needed for them to have these ids and names."""
    earlier = result.earlier
    if earlier.classes is not None:
        return earlier
    seen = result.whole.part.classes
    may_respell = result.label_type.renumber is not None and "GT312" in result.given.active
    spellings = find_spellings(seen) if may_respell else {}
    classes = tuple(dict.fromkeys(spellings.get(name, name) for name in result.classes))
    if seen.agree_with(classes):
        return earlier
    return replace(earlier, classes=classes, spellings=spellings)


def _used_classes(result: PassResult) -> tuple[str, ...]:
    """The classes that a record shows; all of them where ids cannot be changed, or no record shows any."""
    if result.label_type.renumber is None:
        return result.classes
    used = result.counts.records_by_class
    return tuple(name for i, name in enumerate(result.classes) if used[i]) or result.classes
