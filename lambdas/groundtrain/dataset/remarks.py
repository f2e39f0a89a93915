"""Findings on a manifest as a whole, once its last line was read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from groundtrain.dataset.elsewhere import LabelsElsewhere
from groundtrain.dataset.side_remarks import (
    about_classes,
    about_the_split,
    records_used,
    remark,
    without_objects,
)
from groundtrain.dataset.sifted import Sifted
from groundtrain.dataset.sifting import Sieve
from groundtrain.dates import parse_date
from groundtrain.manifest.classes.class_checks import find_class_problems
from groundtrain.manifest.completed_manifest import added
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type_problems
from groundtrain.quantities import first_few, quantity
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.shell_commands import shell_argument

_WHOLE = "$"
_SHOWN = 10


class ManifestContext(Struct, frozen=True):
    """What is known of a manifest apart from its lines.

    Attributes:
        uri: address of the manifest.
        settings: how it becomes a dataset.
        labels: label attributes found near the top, by name; without that of `verified_by`.
        listed: class names of the label category file; empty when there is none.
        counters: LabelCounters of the labeling job; empty when they are unknown.
    """

    uri: str
    settings: DatasetSettings = DatasetSettings()
    labels: Mapping[str, LabelAttribute] = {}
    listed: Sequence[str] = ()
    counters: Mapping[str, int] = {}


def find_remarks(sifted: Sifted, known: ManifestContext) -> Iterator[Finding]:
    """Findings of GT1, GT3 and GT4 that are not on a single line."""
    sieve = sifted.sieve
    yield from sifted.lines.file_findings()
    yield from added(sifted.source, sifted.lines.records)
    if 2 * sieve.reasons["GT245"] <= sifted.lines.records:  # else the type is not that of the labels
        yield from find_type_problems(sifted.keys, sifted.label_type)
    yield from _about_habits(sieve)
    yield from _about_names(sifted, known)
    yield from find_class_problems(sieve.classes, sifted.classes, sifted.label_type, sieve.spellings)
    yield from about_classes(sifted, known.listed)
    yield from _about_labels_together(sifted)
    yield from about_the_split(sifted, known.settings)
    if not _is_grouped(known.settings):
        yield from sieve.leakage.split_groups()
    elif records_used(sieve) and not sieve.split.has_matched:
        yield remark("GT416", f"none of {quantity(records_used(sieve), 'record')} is in a group")
    split_attribute = known.settings.split_attribute
    if split_attribute is not None and records_used(sieve) and not sieve.split.has_stated:
        yield remark("GT420", f"no line has the attribute {split_attribute}")
    yield from sieve.leakage.same_names()
    yield from _about_completeness(sifted, known.counters)
    met = sieve.reader.other_labels - {known.settings.verified_by}
    yield from _about_other_labels(sifted.attribute, known.labels, met)
    yield from _about_verifications(sieve)
    yield from _about_records(sieve, sifted.label_type)
    if apart := sieve.records.apart:
        names = first_few(list(sieve.records.attributes), _SHOWN)
        records, differ = quantity(apart, "record has", "records have"), "differs" if apart == 1 else "differ"
        yield remark("GT421", f"{records} the source of an earlier one, and {differ} in {names}")


def _about_habits(sieve: Sieve) -> Iterator[Finding]:
    """What all labels together give away of how they are written."""
    if sieve.fault is not None:
        yield sieve.fault.problem.on(0, "")
    elif sieve.habits is not None and (suspicion := sieve.habits.suspicion()):
        yield suspicion.on(0, "")


def _about_names(sifted: Sifted, known: ManifestContext) -> Iterator[Finding]:
    """GT119, GT120, GT123, GT409."""
    sieve = sifted.sieve
    if sieve.unusual_keys:
        keys = quantity(sieve.unusual_keys, "key")
        yield remark("GT119", f"{keys} with a space or a letter beyond ASCII")
    if "/intermediate/" in known.uri:
        yield remark("GT120", f"the manifest is {known.uri}")
    if sieve.reader.dollar_name:
        yield remark("GT123", f"there is an attribute {sieve.reader.dollar_name}")
    if len(sieve.buckets) > 1:
        buckets = first_few(sorted(sieve.buckets), _SHOWN)
        yield remark("GT409", f"what is fetched lies in {len(sieve.buckets)} buckets: {buckets}")


def _about_labels_together(sifted: Sifted) -> Iterator[Finding]:
    """What the label type's own rules see in all records."""
    tally = sifted.sieve.train.tally.merged(sifted.sieve.validation.tally)
    for code, check in sifted.label_type.checks_together.items():
        yield from (remark(code, saw) for saw in check(tally, sifted.classes))


def _about_completeness(sifted: Sifted, counters: Mapping[str, int]) -> Iterator[Finding]:
    """GT410, GT411, GT422."""
    counts, records, elsewhere = sifted.sieve.log.counts, sifted.lines.records, sifted.sieve.elsewhere
    unlabeled, failed = counts["GT201"], counts["GT202"]
    labeled = records - unlabeled - failed
    if elsewhere.lines:
        yield _labels_elsewhere(sifted.keys.label, elsewhere, records)
    if without := unlabeled + failed - elsewhere.lines:
        others = f"; of another type, there is {_in_words(elsewhere.other_types)}" * bool(
            elsewhere.other_types
        )
        yield remark(
            "GT410",
            f"{without} of {records} objects ({without / records:.1%}) have no label"
            f" (not labeled: {without - failed}, failed: {failed}){others}",
        )
    counted = counters.get("TotalLabeled", labeled)
    if counted != labeled:
        yield remark(
            "GT411", f"the job counts {counted} labeled objects, the manifest has {labeled} labeled lines"
        )


def _labels_elsewhere(label: str, elsewhere: LabelsElsewhere, records: int) -> Finding:
    """GT422."""
    take = " ".join(f"--take {shell_argument(name)}" for name in (label, *elsewhere.same_type))
    have = "has" if elsewhere.lines == 1 else "have"
    return Finding.on_file(
        "GT422",
        f"{elsewhere.lines} of {quantity(records, 'line')} {have} no {label}, but a label under"
        f" {_in_words(elsewhere.same_type)}",
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
        there = "; ".join([*map(str, others), *further])
        yield remark("GT413", f"{chosen.name} is read; there are also {there}")
    since = parse_date(chosen.created)
    dated = [(parse_date(other.created), other) for other in others if other.type == chosen.type]
    newer = [(created, other) for created, other in dated if created and since and created > since]
    if newer:
        _, newest = max(newer, key=itemgetter(0))
        yield remark("GT412", f"{newest} is newer than {chosen}")


def _about_verifications(sieve: Sieve) -> Iterator[Finding]:
    """GT419."""
    used = quantity(records_used(sieve), "record")
    for name, by_class in sieve.verified.items():
        said = [f'"{says}" {count}' for says, count in by_class.most_common()]
        yield remark(
            "GT419", f"{name} verifies {by_class.total()} of {used}: {first_few(said, _SHOWN) or 'no class'}"
        )


def _about_records(sieve: Sieve, label_type: LabelType) -> Iterator[Finding]:
    """GT414, GT415."""
    used = records_used(sieve)
    machine = sieve.machine_labeled
    if 0 < machine < used:
        yield remark("GT414", f"{machine} of {used} records ({machine / used:.1%}) were labeled by machine")
    empty = without_objects(sieve.train) + without_objects(sieve.validation)
    if empty and (empty < used or label_type.alternative):  # else it is GT307
        show = "shows" if empty == 1 else "show"
        yield remark("GT415", f"{empty} of {used} records ({empty / used:.1%}) {show} no object")


def _is_grouped(settings: DatasetSettings) -> bool:
    return settings.group_by is not None or settings.group_attribute is not None
