"""Findings on a manifest as a whole, once its last line was read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from groundtrain.dataset.misplaced_labels import MisplacedCounts
from groundtrain.dataset.passes.counts import Counts
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.split.given_checks import by_manifest, file_findings
from groundtrain.dataset.split.split_checks import check_classes, check_split
from groundtrain.dates import parse_date
from groundtrain.manifest.classes.class_change_checks import find_class_changes
from groundtrain.manifest.classes.class_checks import find_class_problems
from groundtrain.manifest.completed_manifest import added
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type_problems
from groundtrain.quantities import first_few, quantity
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.shell_commands import shell_argument

_SHOWN = 10


class ManifestContext(Struct, frozen=True):
    """What is known of a manifest apart from its lines.

    Attributes:
        uri: address of the manifest.
        settings: how it becomes a dataset.
        labels: label attributes found near the top, by name; without that of `verified_by`.
        listed: class names of the label category file, those that the settings change under their new names;
            empty when there is none.
        named: the same as the file has them.
        counters: LabelCounters of the labeling job; empty when they are uncontext.
    """

    uri: str
    settings: DatasetSettings = DatasetSettings()
    labels: Mapping[str, LabelAttribute] = {}
    listed: Sequence[str] = ()
    named: Sequence[str] = ()
    counters: Mapping[str, int] = {}


def find_manifest_problems(result: PassResult, context: ManifestContext) -> Iterator[Finding]:
    """Findings of GT1, GT3 and GT4 that are not on a single line."""
    counts, leakage = result.counts, result.whole.part.leakage()
    yield from file_findings(result)
    yield from added(result.source, result.lines.records)
    if 2 * counts.reasons["GT245"] <= result.lines.records:  # else the type is not that of the labels
        yield from find_type_problems(result.keys, result.label_type)
    yield from _about_habits(result)
    yield from _about_names(counts, context.uri)
    seen = result.whole.part.classes
    table = context.settings.classes
    found = find_class_problems(seen, result.classes, result.label_type, counts.spellings, table=table)
    yield from found if result.given.files is None else by_manifest(result, found, {*table.rename.values()})
    if result.earlier.fault is None:
        yield from find_class_changes(
            counts.class_changes, table, result.label_type, classes=result.classes, listed=context.named
        )
    yield from check_classes(result, context.listed)
    yield from _about_labels_together(result)
    yield from check_split(result, context.settings)
    if not _is_grouped(context.settings):
        yield from leakage.split_groups(is_given=result.given.files is not None)
    elif counts.records and not counts.has_grouped:
        yield Finding.on_file("GT416", f"none of {quantity(counts.records, 'record')} is in a group")
    split_attribute = context.settings.split_attribute
    if split_attribute is not None and counts.records and not counts.has_stated:
        yield Finding.on_file("GT420", f"no line has the attribute {split_attribute}")
    yield from leakage.same_names()
    yield from _about_completeness(result, context.counters)
    met = counts.other_labels - {context.settings.verified_by}
    yield from _about_other_labels(result.attribute, context.labels, met)
    yield from _about_verifications(counts)
    yield from _about_records(counts, result.label_type)
    yield from _about_record_key(result, context.settings)
    records_seen = result.whole.records
    if apart := records_seen.apart:
        names = first_few(list(records_seen.attributes), _SHOWN)
        records, differ = quantity(apart, "record has", "records have"), "differs" if apart == 1 else "differ"
        yield Finding.on_file("GT421", f"{records} the source of an earlier one, and {differ} in {names}")


def _about_record_key(result: PassResult, settings: DatasetSettings) -> Iterator[Finding]:
    """GT423: an attribute that no record has; nothing is known where repetitions count."""
    known = {*result.whole.records.attributes, result.keys.source}
    if "GT401" in result.given.active and result.counts.records:
        for name in settings.record_key:
            if name not in known:
                yield Finding.on_file("GT423", f"no line has the attribute {name}")


def _about_habits(result: PassResult) -> Iterator[Finding]:
    """What all labels together give away of how they are written."""
    fault, habits = result.earlier.fault, result.whole.habits
    if fault is not None:
        yield fault.finding
    elif habits is not None and (warning := habits.warning()):
        yield warning


def _about_names(counts: Counts, uri: str) -> Iterator[Finding]:
    """GT119, GT120, GT123, GT409."""
    if counts.unusual_keys:
        keys = quantity(counts.unusual_keys, "key")
        yield Finding.on_file("GT119", f"{keys} with a space or a letter beyond ASCII")
    if "/intermediate/" in uri:
        yield Finding.on_file("GT120", f"the manifest is {uri}")
    if counts.dollar_name:
        yield Finding.on_file("GT123", f"there is an attribute {counts.dollar_name}")
    if len(counts.buckets) > 1:
        buckets = first_few(sorted(counts.buckets), _SHOWN)
        yield Finding.on_file("GT409", f"what is fetched lies in {len(counts.buckets)} buckets: {buckets}")


def _about_labels_together(result: PassResult) -> Iterator[Finding]:
    """What the label type's own rules see in all records."""
    tally = result.counts.tally
    for code, check in result.label_type.checks_together.items():
        yield from (Finding.on_file(code, message) for message in check(tally, result.classes))


def _about_completeness(result: PassResult, counters: Mapping[str, int]) -> Iterator[Finding]:
    """GT410, GT411, GT422."""
    found, records, misplaced = result.counts.findings.counts, result.lines.records, result.counts.misplaced
    unlabeled, failed = found["GT201"], found["GT202"]
    labeled = records - unlabeled - failed
    if misplaced.lines:
        yield _misplaced_labels(result.keys.label, misplaced, records)
    if without := unlabeled + failed - misplaced.lines:
        other_types = misplaced.other_types
        others = f"; of another type, there is {_in_words(other_types)}" if other_types else ""
        yield Finding.on_file(
            "GT410",
            f"{without} of {records} objects ({without / records:.1%}) have no label"
            f" (not labeled: {without - failed}, failed: {failed}){others}",
        )
    counted = counters.get("TotalLabeled", labeled)
    if counted != labeled:
        yield Finding.on_file(
            "GT411", f"the job counts {counted} labeled objects, the manifest has {labeled} labeled lines"
        )


def _misplaced_labels(label: str, misplaced: MisplacedCounts, records: int) -> Finding:
    """GT422."""
    take = " ".join(f"--take {shell_argument(name)}" for name in (label, *misplaced.same_type))
    have = "has" if misplaced.lines == 1 else "have"
    return Finding.on_file(
        "GT422",
        f"{misplaced.lines} of {quantity(records, 'line')} {have} no {label}, but a label under"
        f" {_in_words(misplaced.same_type)}",
        fix=f"join them: groundtrain merge FILE {take} --output FILE",
    )


def _in_words(names: Mapping[str, int]) -> str:
    return first_few([f"{name} ({count})" for name, count in names.items()], _SHOWN)


def _about_other_labels(
    chosen: LabelAttribute, labels: Mapping[str, LabelAttribute], met: Collection[str]
) -> Iterator[Finding]:
    """GT412, GT413; `labels` are those near the top, `met` those of all lines."""
    others = [attribute for name, attribute in labels.items() if name != chosen.name]
    further = sorted(set(met) - labels.keys() - {chosen.name})
    if others or further:
        names = "; ".join([*map(str, others), *further])
        yield Finding.on_file("GT413", f"{chosen.name} is read; there are also {names}")
    since = parse_date(chosen.created)
    dated = [(parse_date(other.created), other) for other in others if other.type == chosen.type]
    newer = [(created, other) for created, other in dated if created and since and created > since]
    if newer:
        _, newest = max(newer, key=itemgetter(0))
        yield Finding.on_file("GT412", f"{newest} is newer than {chosen}")


def _about_verifications(counts: Counts) -> Iterator[Finding]:
    """GT419."""
    used = quantity(counts.records, "record")
    for name, by_class in counts.answers.items():
        said = [f'"{answer}" {count}' for answer, count in by_class.most_common()]
        yield Finding.on_file(
            "GT419", f"{name} verifies {by_class.total()} of {used}: {first_few(said, _SHOWN) or 'no class'}"
        )


def _about_records(counts: Counts, label_type: LabelType) -> Iterator[Finding]:
    """GT414, GT415."""
    used, machine = counts.records, counts.machine_labeled
    if 0 < machine < used:
        yield Finding.on_file(
            "GT414", f"{machine} of {used} records ({machine / used:.1%}) were labeled by machine"
        )
    empty = counts.without_objects
    if empty and (empty < used or label_type.alternative):  # else it is GT307
        show = "shows" if empty == 1 else "show"
        yield Finding.on_file("GT415", f"{empty} of {used} records ({empty / used:.1%}) {show} no object")


def _is_grouped(settings: DatasetSettings) -> bool:
    return settings.group_by is not None or settings.group_attribute is not None
