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
from groundtrain.dataset.outputs import LineWriter, open_outputs
from groundtrain.dataset.passes.counts import Counts, SideCounts
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.passes.worker_processes import ONE_PROCESS, Workers
from groundtrain.dataset.report import build_report, dump_report, with_findings
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
    workers: Workers = ONE_PROCESS,
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
        workers: the processes that read a file.

    Raises:
        ManifestError: the manifest is unusable as a whole; the content of the directory is then invalid.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    into.mkdir(parents=True, exist_ok=True)
    result = read_manifest(
        source,
        settings,
        lambda: open_outputs(into),
        classes=classes,
        counters=counters,
        image_exists=image_exists,
        workers=workers,
    )
    _refuse_unusable(source, result)
    dataset = describe(source, settings, result, classes or (), labeling_job, labeling_job_arn)
    gate, problems = decide(dataset) if decide else (UNDECIDED, ())
    _write_report(into, dataset, result.counts, problems)
    return replace(dataset, gate=gate)


def describe(
    source: ManifestSource,
    settings: DatasetSettings,
    result: PassResult,
    listed: Sequence[str] = (),
    labeling_job: str = "",
    labeling_job_arn: str = "",
) -> Dataset:
    """Describe a manifest that was read as a dataset whose gate nobody has decided yet.

    `listed` are the names in the label category file, if there is one.
    """
    etag, lines = source.etag(), result.lines
    return Dataset(
        dataset_id=dataset_id(labeling_job_arn, etag, settings, listed),
        labeling_job=labeling_job,
        labeling_job_arn=labeling_job_arn,
        source=Source(source.uri, etag, lines.records, lines.bytes),
        label=result.keys.label,
        type=result.label_type.name,
        attributes=(result.keys.source, result.keys.label),
        gate=UNDECIDED,
        **_counts(result),
    )


def _refuse_unusable(source: ManifestSource, result: PassResult) -> None:
    reasons = result.counts.reasons
    if result.lines.records > reasons.total():
        return
    code, count = reasons.most_common(1)[0]
    example = next(finding for finding in result.counts.findings.examples() if finding.code == code)
    if not example.line:
        raise ManifestError(f"{source.name}: {example.message}", fix=example.advice)
    raise ManifestError(
        f"{source.name} has no usable record: {count} of {result.lines.records} are"
        f" {RULES[code].name} ({code}), such as line {example.line}, {example.path}: {example.message}",
        fix=example.advice,
    )


def _counts(result: PassResult) -> dict[str, Any]:
    counts, outputs, classes = result.counts, result.outputs, result.classes
    log = counts.findings
    return {
        "classes": classes,
        "train": _split(TRAIN_MANIFEST, outputs.train, counts.train, classes),
        "validation": _split(VALIDATION_MANIFEST, outputs.validation, counts.validation, classes),
        "rejected": counts.reasons.total(),
        "reasons": dict(sorted(counts.reasons.items())),
        "findings": dict(sorted(log.counts.items())),
        "found_on": dict(sorted(log.found_on.items())),
        "fixed": dict(sorted((log.fixed - counts.fixed_in_vain).items())),
        "remarks": result.remarks,
        "statistics": counts.statistics(),
        "fullest": counts.fullest,
        "image_buckets": tuple(sorted(counts.buckets)),
    }


def _split(manifest: str, written: LineWriter, side: SideCounts, classes: Sequence[str]) -> Split:
    records_by_class = side.records_by_class
    return Split(
        manifest=manifest,
        records=written.records,
        bytes=written.bytes,
        sha256=written.sha256(),
        records_by_class={name: records_by_class[i] for i, name in enumerate(classes)},
    )


def _write_report(into: Path, dataset: Dataset, counts: Counts, problems: Sequence[Finding]) -> None:
    items = (dict(counts.train.tally.items_by_class()), dict(counts.validation.tally.items_by_class()))
    report = with_findings(build_report(dataset, items, counts.findings.examples()), problems)
    (into / REPORT).write_bytes(dump_report(report))
