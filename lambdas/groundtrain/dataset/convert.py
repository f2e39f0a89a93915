"""Convert a manifest to a dataset: train and validation manifests, rejected lines, a report."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from groundtrain.dataset.description import (
    REPORT,
    TRAIN_MANIFEST,
    UNDECIDED,
    VALIDATION_MANIFEST,
    Dataset,
    GateDecision,
    Source,
    Split,
    dataset_id,
)
from groundtrain.dataset.outputs import open_outputs
from groundtrain.dataset.passes import sift_manifest
from groundtrain.dataset.report import build_report, dump_report, with_findings
from groundtrain.dataset.sifted import Sifted
from groundtrain.dataset.sifting import Side, Sieve
from groundtrain.errors import ManifestError
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

Decision = tuple[GateDecision, Sequence[Finding]]
"""A decided gate, and the findings on the settings that it rests on, which belong into the report."""


def convert(
    source: ManifestSource,
    settings: DatasetSettings,
    into: Path,
    *,
    classes: Sequence[str] | None = None,
    counters: Mapping[str, int] = {},
    labeling_job: str = "",
    labeling_job_arn: str = "",
    image_exists: Callable[[str], bool] | None = None,
    decide: Callable[[Dataset], Decision] | None = None,
) -> Dataset:
    """Write train.manifest, validation.manifest, rejected.jsonl and report.json into a directory.

    The directory is created if missing. The caller writes dataset.json.

    Args:
        source: the manifest; it is read once, or twice if class ids or the split depend on the whole of it.
        settings: the dataset settings.
        into: the directory.
        classes: names in the label category file, in order, when there is one.
        counters: LabelCounters of the labeling job, when they are known.
        labeling_job: name of the labeling job as typed.
        labeling_job_arn: its ARN.
        image_exists: whether the object at an address exists; None assumes that all do.
        decide: decides the dataset's gate; None leaves it undecided, and nothing trains on it.

    Raises:
        ManifestError: the manifest is unusable as a whole; the content of the directory is then invalid.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    into.mkdir(parents=True, exist_ok=True)
    sifted = sift_manifest(
        source,
        settings,
        lambda: open_outputs(into),
        classes=classes,
        counters=counters,
        image_exists=image_exists,
    )
    _refuse_unusable(source, sifted)
    dataset = describe(source, settings, sifted, classes or (), labeling_job, labeling_job_arn)
    gate, problems = decide(dataset) if decide else (UNDECIDED, ())
    _write_report(into, dataset, sifted.sieve, problems)
    return replace(dataset, gate=gate)


def describe(
    source: ManifestSource,
    settings: DatasetSettings,
    sifted: Sifted,
    listed: Sequence[str] = (),
    labeling_job: str = "",
    labeling_job_arn: str = "",
) -> Dataset:
    """Describe a sifted manifest as a dataset whose gate nobody has decided yet.

    `listed` are the names in the label category file, if there is one.
    """
    etag, lines = source.etag(), sifted.lines
    return Dataset(
        dataset_id=dataset_id(labeling_job_arn, etag, settings, listed),
        labeling_job=labeling_job,
        labeling_job_arn=labeling_job_arn,
        source=Source(source.uri, etag, lines.records, lines.bytes),
        label=sifted.keys.label,
        type=sifted.label_type.name,
        attributes=(sifted.keys.source, sifted.keys.label),
        gate=UNDECIDED,
        **_counts(sifted),
    )


def _refuse_unusable(source: ManifestSource, sifted: Sifted) -> None:
    reasons = sifted.sieve.reasons
    if sifted.lines.records > reasons.total():
        return
    code, count = reasons.most_common(1)[0]
    example = next(finding for finding in sifted.sieve.log.examples() if finding.code == code)
    if not example.line:
        raise ManifestError(f"{source.name}: {example.message}", fix=example.advice)
    raise ManifestError(
        f"{source.name} has no usable record: {count} of {sifted.lines.records} are"
        f" {RULES[code].name} ({code}), such as line {example.line}, {example.path}: {example.message}",
        fix=example.advice,
    )


def _counts(sifted: Sifted) -> dict[str, Any]:
    sieve, classes = sifted.sieve, sifted.classes
    return {
        "classes": classes,
        "train": _split(TRAIN_MANIFEST, sieve.train, classes),
        "validation": _split(VALIDATION_MANIFEST, sieve.validation, classes),
        "rejected": sieve.reasons.total(),
        "reasons": dict(sorted(sieve.reasons.items())),
        "findings": dict(sorted(sieve.log.counts.items())),
        "found_on": dict(sorted(sieve.log.found_on.items())),
        "fixed": dict(sorted((sieve.log.fixed - sieve.fixed_in_vain).items())),
        "remarks": sifted.remarks,
        "statistics": sieve.statistics(),
        "fullest": sieve.fullest,
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


def _write_report(into: Path, dataset: Dataset, sieve: Sieve, problems: Sequence[Finding]) -> None:
    items = (dict(sieve.train.tally.items_by_class()), dict(sieve.validation.tally.items_by_class()))
    report = with_findings(build_report(dataset, items, sieve.log.examples()), problems)
    (into / REPORT).write_bytes(dump_report(report))
