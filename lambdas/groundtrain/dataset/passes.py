"""Read a manifest in one pass, or in two when class ids or the split depend on the whole of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from groundtrain.dataset.knowledge import Knowledge
from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.remarks import ManifestContext, find_remarks
from groundtrain.dataset.sifted import Sifted
from groundtrain.dataset.sifting import Sieve
from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_map import find_spellings, listed_classes
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import choose, survey, survey_enough
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_attributes.prevailing_type import prevailing_type
from groundtrain.manifest.label_attributes.verification import verifications_beside
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import LABEL_TYPES, find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.missing_metadata import Completer
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.rules import active_codes, fixed_codes
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings


def sift_manifest(
    source: ManifestSource,
    settings: DatasetSettings,
    outputs: Callable[[], AbstractContextManager[Outputs]],
    *,
    classes: Sequence[str] | None = None,
    counters: Mapping[str, int] = {},
    image_exists: Callable[[str], bool] | None = None,
    image_findings: Mapping[int, tuple[Finding, ...]] = {},
    log: Callable[[], FindingLog] = FindingLog,
    types: Collection[str] = (),
) -> Sifted:
    """Read the whole manifest; each pass opens `outputs` anew, so that only the last one's output remains.

    Args:
        source: the manifest.
        settings: the dataset settings.
        outputs: opens the files that lines are written to.
        classes: names in the label category file, in order, when there is one.
        counters: LabelCounters of the labeling job, when they are known.
        image_exists: whether the object at an address exists; None assumes that all do.
        image_findings: findings of the image checks, by line.
        log: creates the finding log of a pass.
        types: what labels without metadata can be of, where their look allows for several types.

    Raises:
        ManifestError: it is not a manifest, or its labels are of a type that cannot be converted.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    attribute, label_type, keys, labels = find_labels(source, settings, types)
    completer = Completer(keys, label_type, classes or ())

    def sift(source: ManifestSource, knowledge: Knowledge) -> Sifted:
        lines = Lines(source.open())
        with outputs() as opened:
            sieve = Sieve(
                keys,
                label_type,
                settings,
                knowledge,
                opened,
                image_exists=image_exists,
                image_findings=image_findings,
                completer=completer,
                log=log(),
            )
            for number, line in lines:
                sieve.take(number, line)
        seen = sieve.classes
        found = seen.in_place(label_type.background) if label_type.by_reference else seen.in_order()
        return Sifted(source, attribute, label_type, keys, lines, sieve, knowledge.classes or found)

    unused = () if settings.verified_by is not None else verifications_beside(attribute, labels)
    known_classes = listed_classes(label_type, classes) if classes else None  # else only the lines name them
    beforehand = Knowledge(known_classes, listed=known_classes is not None, verifications=unused)
    active = active_codes(settings.select, settings.ignore)
    sifted = _sift_until_known(partial(sift, source), beforehand, settings, active)
    whole = completed(source, keys, label_type, classes or ()) if completer.is_needed else source
    if whole is not source:
        sifted = _sift_until_known(partial(sift, whole), beforehand, settings, active)
    _refuse_undecided(source, settings, sifted)
    known = ManifestContext(
        uri=source.uri,
        settings=settings,
        labels=labels,
        listed=classes or (),
        counters=counters,
    )
    return _with_remarks(sifted, known, active, fixed_codes(settings.fix))


class Labels(NamedTuple):
    """The label attribute to read, its type and keys, and all that it was chosen from, by name."""

    attribute: LabelAttribute
    label_type: LabelType
    keys: Keys
    there: Mapping[str, LabelAttribute]


def find_labels(source: ManifestSource, settings: DatasetSettings, types: Collection[str] = ()) -> Labels:
    """The label attribute that the settings name, or the only one; raises what `sift_manifest` does.

    The one that verifies the labels does not count.
    """
    refuse_other_formats(source)
    found = survey_enough(source, settings.label, types)
    there = _others(found, settings) or found
    attribute = choose(source, there, settings.label, types=types)
    label_type = _label_type(source, attribute, fixed_codes(settings.fix))
    return Labels(attribute, label_type, keys_to_read(attribute, label_type), there)


def _with_remarks(
    sifted: Sifted, known: ManifestContext, active: frozenset[str], fixed: frozenset[str]
) -> Sifted:
    remarks = tuple(finding for finding in find_remarks(sifted, known) if finding.code in active)
    _log_remarks(sifted, remarks, fixed)
    return sifted._replace(remarks=remarks)


def _log_remarks(sifted: Sifted, remarks: Iterable[Finding], fixed: frozenset[str]) -> None:
    """What was corrected while reading counts as fixed where that is asked for."""
    log, corrected = sifted.sieve.log, sifted.lines.corrections()
    log.add(remark for remark in remarks if remark.code not in fixed & corrected.keys())
    log.fixed.update({code: count for code, count in corrected.items() if count and code in fixed})


def _sift_until_known(
    sift: Callable[[Knowledge], Sifted],
    knowledge: Knowledge,
    settings: DatasetSettings,
    active: frozenset[str],
) -> Sifted:
    sifted = sift(knowledge)
    habits = sifted.sieve.habits
    fault = habits.fault() if habits is not None else None
    if fault is not None and fault.problem.code in active:
        return sift(replace(knowledge, fault=fault))
    learned = _with_classes(knowledge, sifted, active)
    if settings.unused_classes == "drop":
        counted = sifted if learned == knowledge else sift(learned)
        if (used := _used_classes(counted)) != counted.classes:
            learned = replace(learned, classes=used)
    if sifted.sieve.strata is not None:
        validating = sifted.sieve.strata.validating(settings.validation, learned.spellings)
        learned = replace(learned, validating=validating)
    if learned.validating is None:
        learned = replace(learned, moved=sifted.sieve.moved())
    return sifted if learned == knowledge else sift(learned)


def _with_classes(knowledge: Knowledge, sifted: Sifted, active: frozenset[str]) -> Knowledge:
    """With the classes of the lines, where another pass is needed for them to have these ids and names."""
    if knowledge.classes is not None:
        return knowledge
    seen = sifted.sieve.classes
    may_respell = sifted.label_type.renumber is not None and "GT312" in active
    spellings = find_spellings(seen) if may_respell else {}
    classes = tuple(dict.fromkeys(spellings.get(name, name) for name in sifted.classes))
    if seen.agree_with(classes):
        return knowledge
    return replace(knowledge, classes=classes, spellings=spellings)


def _used_classes(sifted: Sifted) -> tuple[str, ...]:
    """The classes that a record shows; all of them where ids cannot be changed, or no record shows any."""
    if sifted.label_type.renumber is None:
        return sifted.classes
    used = sifted.records_by_class
    return tuple(name for i, name in enumerate(sifted.classes) if used[i]) or sifted.classes


def _others(labels: Mapping[str, LabelAttribute], settings: DatasetSettings) -> dict[str, LabelAttribute]:
    """Without the one that the settings have a use for."""
    return {name: attribute for name, attribute in labels.items() if name != settings.verified_by}


def _label_type(source: ManifestSource, attribute: LabelAttribute, fixed: frozenset[str]) -> LabelType:
    """The type that the metadata says; where that is to be fixed, the one that most labels have by shape."""
    label_type = find_type(attribute)
    if label_type is not None and "GT245" not in fixed:
        return label_type
    lines = (line for _, line in Lines(source.open()))
    by_shape = prevailing_type(lines, attribute.keys, attribute.type.lower())
    if by_shape in LABEL_TYPES and (label_type is not None or "GT245" in fixed):
        return LABEL_TYPES[by_shape]
    known = f"only {', '.join(LABEL_TYPES)} can be converted"
    raise ManifestError(
        f"{source.name}: the label attribute {attribute.name} is of type {attribute.type}",
        fix=f"its labels look like {by_shape}: write that (fix GT245)" if by_shape in LABEL_TYPES else known,
    )


def _refuse_undecided(source: ManifestSource, settings: DatasetSettings, sifted: Sifted) -> None:
    """A second label attribute may first appear far down."""
    if settings.label is None and sifted.sieve.reader.other_labels - {settings.verified_by}:
        choose(source, _others(survey(Lines(source.open())), settings), None)
