"""A manifest becomes a dataset: train and validation manifests, the rejected lines, a report."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from groundtrain.dataset.description import (
    REPORT,
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
    Dataset,
    GateDecision,
    Source,
    Split,
    dataset_id,
)
from groundtrain.dataset.outputs import open_outputs
from groundtrain.dataset.report import build_report, dump_report
from groundtrain.dataset.sifting import Knowledge, Side, Sieve
from groundtrain.errors import ManifestError
from groundtrain.manifest.attributes import LabelAttribute, choose, find_label, survey
from groundtrain.manifest.class_map import find_class_problems
from groundtrain.manifest.findings import Finding
from groundtrain.manifest.forms import refuse_other_forms
from groundtrain.manifest.label_type import LabelType
from groundtrain.manifest.label_types import LABEL_TYPES
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.rules import RULES, active_codes
from groundtrain.manifest.source import ManifestSource
from groundtrain.settings import DatasetSettings


def convert(
    source: ManifestSource,
    settings: DatasetSettings,
    into: Path,
    *,
    classes: Sequence[str] | None = None,
    labeling_job: str = "",
    labeling_job_arn: str = "",
    image_exists: Callable[[str], bool] | None = None,
) -> Dataset:
    """Write train.manifest, validation.manifest, rejected.jsonl and report.json into a directory.

    The directory is made if missing. The gate of the dataset that is returned is open: deciding on it, and
    writing dataset.json, is for the caller.

    Args:
        source: the manifest; it is read once, and once more for each thing that only its end tells.
        settings: of the dataset.
        into: the directory.
        classes: names in the label category file, in order, when there is one.
        labeling_job: name of the labeling job as typed.
        labeling_job_arn: its ARN.
        image_exists: tells whether the object at a source-ref is there; without it, all are taken to be.

    Raises:
        ManifestError: the manifest as a whole is unusable; what the directory then holds is of no use.
        LabelAttributeError: the label attribute is not there, or several are and none was chosen.
    """
    refuse_other_forms(source)
    attribute = find_label(source, settings.label)
    label_type = _label_type(source, attribute)
    into.mkdir(parents=True, exist_ok=True)

    def sift(knowledge: Knowledge) -> Sifted:
        lines = Lines(source.open())
        with open_outputs(into) as outputs:
            sieve = Sieve(attribute.name, label_type, settings, knowledge, outputs, image_exists)
            for number, line in lines:
                sieve.take(number, line)
        return Sifted(lines, sieve, knowledge.classes or sieve.classes.in_order())

    sifted = _sift_until_known(sift, Knowledge(tuple(dict.fromkeys(classes or ())) or None))
    _refuse_undecided(source, settings, sifted)
    _refuse_unusable(source, sifted)
    sifted.sieve.log.add(_whole_file_findings(sifted, active_codes(settings.select, settings.ignore)))
    dataset = Dataset(
        dataset_id=dataset_id(labeling_job_arn, source.etag(), settings),
        labeling_job=labeling_job,
        labeling_job_arn=labeling_job_arn,
        label=attribute.name,
        type=attribute.type,
        attributes=("source-ref", attribute.name),
        gate=GateDecision(open=True),
        **_counts(source, sifted),
    )
    _write_report(into, dataset, sifted.sieve)
    return dataset


class Sifted(NamedTuple):
    """A pass over the whole manifest, and the classes in the order of the ids that it wrote."""

    lines: Lines
    sieve: Sieve
    classes: tuple[str, ...]


def _sift_until_known(sift: Callable[[Knowledge], Sifted], knowledge: Knowledge) -> Sifted:
    sifted = sift(knowledge)
    if repeated := sifted.sieve.repeated():
        knowledge = replace(knowledge, repeated=repeated)
        sifted = sift(knowledge)
    if knowledge.classes is None and not sifted.sieve.classes.is_in_order():
        sifted = sift(replace(knowledge, classes=sifted.classes))
    return sifted


def _label_type(source: ManifestSource, attribute: LabelAttribute) -> LabelType:
    label_type = LABEL_TYPES.get(attribute.type)
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


def _refuse_unusable(source: ManifestSource, sifted: Sifted) -> None:
    reasons = sifted.sieve.reasons
    if sifted.lines.records > reasons.total():
        return
    code, count = reasons.most_common(1)[0]
    example = next(finding for finding in sifted.sieve.log.examples() if finding.code == code)
    raise ManifestError(
        f"{source.name} has no usable record: {count} of {sifted.lines.records} are"
        f" {RULES[code].name} ({code}), such as line {example.line}, {example.path}: {example.message}",
        fix=RULES[code].fix,
    )


def _counts(source: ManifestSource, sifted: Sifted) -> dict[str, Any]:
    lines, sieve, classes = sifted
    return {
        "source": Source(source.uri, source.etag(), lines.records, lines.bytes),
        "classes": classes,
        "train": _split(TRAIN_MANIFEST, sieve.train, classes),
        "validation": _split(VALIDATION_MANIFEST, sieve.validation, classes),
        "rejected": sieve.reasons.total(),
        "reasons": dict(sorted(sieve.reasons.items())),
        "findings": dict(sorted(sieve.log.counts.items())),
        "statistics": sieve.train.tally.merged(sieve.validation.tally).statistics(),
        "image_buckets": tuple(sorted(sieve.buckets)),
    }


def _split(manifest: str, side: Side, classes: Sequence[str]) -> Split:
    return Split(
        manifest=manifest,
        records=side.writer.records,
        bytes=side.writer.bytes,
        sha256=side.writer.sha256(),
        records_by_class={name: side.records_by_class[i] for i, name in enumerate(classes)},
    )


def _whole_file_findings(sifted: Sifted, active: frozenset[str]) -> Iterator[Finding]:
    lines, sieve, classes = sifted
    found = (
        *lines.oddities(),
        *find_class_problems(sieve.classes, classes),
        *_split_problems(sieve, classes),
    )
    yield from (finding for finding in found if finding.code in active)


def _split_problems(sieve: Sieve, classes: Sequence[str]) -> Iterator[Finding]:
    train, validation = sieve.train, sieve.validation
    for side, manifest in ((train, TRAIN_MANIFEST), (validation, VALIDATION_MANIFEST)):
        if not side.writer.records:
            yield Finding("GT402", 0, "$", f"no record is left for {manifest}")
    for i, name in enumerate(classes):
        seen = train.records_by_class[i], validation.records_by_class[i]
        if any(seen) and not all(seen):
            yield Finding(
                "GT403", 0, "$", f"{name} is on {seen[0]} images in training, {seen[1]} in validation"
            )


def _write_report(into: Path, dataset: Dataset, sieve: Sieve) -> None:
    items = (dict(sieve.train.tally.items_by_class()), dict(sieve.validation.tally.items_by_class()))
    (into / REPORT).write_bytes(dump_report(build_report(dataset, items, sieve.log.examples())))
