"""As many passes over a manifest as it takes to know everything: one for most, never more than three."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from msgspec.structs import replace

from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST
from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.sifting import Knowledge, Sieve
from groundtrain.errors import ManifestError
from groundtrain.manifest.attributes import LabelAttribute, choose, find_label, survey
from groundtrain.manifest.class_map import find_class_problems
from groundtrain.manifest.finding_log import FindingLog
from groundtrain.manifest.findings import Finding
from groundtrain.manifest.forms import refuse_other_forms
from groundtrain.manifest.keys import Keys
from groundtrain.manifest.label_type import LabelType
from groundtrain.manifest.label_types import LABEL_TYPES, find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.rules import active_codes
from groundtrain.manifest.source import ManifestSource
from groundtrain.settings import DatasetSettings


class Sifted(NamedTuple):
    """A manifest after the last pass.

    Attributes:
        keys: that were read and written.
        classes: in the order of the ids that were written.
        remarks: findings on the manifest as a whole.
    """

    attribute: LabelAttribute
    label_type: LabelType
    keys: Keys
    lines: Lines
    sieve: Sieve
    classes: tuple[str, ...]
    remarks: tuple[Finding, ...] = ()


def sift_manifest(
    source: ManifestSource,
    settings: DatasetSettings,
    outputs: Callable[[], AbstractContextManager[Outputs]],
    *,
    classes: Sequence[str] | None = None,
    image_exists: Callable[[str], bool] | None = None,
    image_findings: Mapping[int, tuple[Finding, ...]] = {},
    log: Callable[[], FindingLog] = FindingLog,
) -> Sifted:
    """Read the whole manifest; `outputs` are opened for each pass, and what the last one wrote counts.

    Args:
        source: the manifest.
        settings: of the dataset.
        outputs: opens the files that lines go to.
        classes: names in the label category file, in order, when there is one.
        image_exists: tells whether the object at a source-ref is there; without it, all are taken to be.
        image_findings: what was found by looking at the images, by line.
        log: makes what keeps the findings of a pass.

    Raises:
        ManifestError: it is no manifest, or its labels are of a type that cannot be converted.
        LabelAttributeError: the label attribute is not there, or several are and none was chosen.
    """
    attribute, label_type, keys = find_labels(source, settings.label)

    def sift(knowledge: Knowledge) -> Sifted:
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
                log=log(),
            )
            for number, line in lines:
                sieve.take(number, line)
        seen = sieve.classes
        found = seen.in_order() if label_type.renumber else seen.in_place(label_type.background)
        return Sifted(attribute, label_type, keys, lines, sieve, knowledge.classes or found)

    sifted = _sift_until_known(sift, Knowledge(_all_classes(label_type, classes)))
    _refuse_undecided(source, settings, sifted)
    remarks = tuple(_remarks(sifted, active_codes(settings.select, settings.ignore)))
    sifted.sieve.log.add(remarks)
    return sifted._replace(remarks=remarks)


def find_labels(source: ManifestSource, wanted: str | None) -> tuple[LabelAttribute, LabelType, Keys]:
    """The label attribute that is wanted, or the only one; raises what `sift_manifest` does."""
    refuse_other_forms(source)
    attribute = find_label(source, wanted)
    label_type = _label_type(source, attribute)
    return attribute, label_type, keys_to_read(attribute, label_type)


def _sift_until_known(sift: Callable[[Knowledge], Sifted], knowledge: Knowledge) -> Sifted:
    sifted = sift(knowledge)
    if repeated := sifted.sieve.repeated():
        knowledge = replace(knowledge, repeated=repeated)
        sifted = sift(knowledge)
    if knowledge.classes is None and not sifted.sieve.classes.agree_with(sifted.classes):
        sifted = sift(replace(knowledge, classes=sifted.classes))
    return sifted


def _all_classes(label_type: LabelType, listed: Sequence[str] | None) -> tuple[str, ...] | None:
    """Classes by id, from the label category file; None when that is for the lines to tell."""
    if not listed:
        return None
    background = (label_type.background,) if label_type.background else ()
    return tuple(dict.fromkeys((*background, *listed)))


def _label_type(source: ManifestSource, attribute: LabelAttribute) -> LabelType:
    label_type = find_type(attribute)
    if label_type is None:
        raise ManifestError(
            f"{source.name}: the label attribute {attribute.name} is of type {attribute.type}",
            fix=f"only {', '.join(LABEL_TYPES)} can be converted",
        )
    return label_type


def _refuse_undecided(source: ManifestSource, settings: DatasetSettings, sifted: Sifted) -> None:
    """A second label attribute may first appear far down."""
    if settings.label is None and sifted.sieve.reader.other_labels:
        choose(source, survey(Lines(source.open())), None)


def _remarks(sifted: Sifted, active: frozenset[str]) -> Iterator[Finding]:
    lines, sieve, classes = sifted.lines, sifted.sieve, sifted.classes
    found = (
        *lines.oddities(),
        *find_class_problems(sieve.classes, classes, fixed=sifted.label_type.renumber is None),
        *_split_problems(sieve, classes),
    )
    yield from (finding for finding in found if finding.code in active)


def _split_problems(sieve: Sieve, classes: Sequence[str]) -> Iterator[Finding]:
    train, validation = sieve.train, sieve.validation
    for side, manifest in ((train, TRAIN_MANIFEST), (validation, VALIDATION_MANIFEST)):
        if not side.writer.records:
            yield Finding("GT402", 0, "$", f"{manifest} is empty")
    for i, name in enumerate(classes):
        seen = train.records_by_class[i], validation.records_by_class[i]
        if any(seen) and not all(seen):
            yield Finding(
                "GT403", 0, "$", f"{name} is on {seen[0]} images in training, {seen[1]} in validation"
            )
