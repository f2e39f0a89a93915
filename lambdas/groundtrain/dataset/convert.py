"""Convert a manifest to a dataset: train, validation and test manifests, rejected lines, a report."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from groundtrain.dataset.description import (
    TEST_MANIFEST,
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
    DatasetContents,
    Source,
    Split,
    dataset_id,
)
from groundtrain.dataset.outputs import LineWriter, open_outputs
from groundtrain.dataset.passes.line_reading import ONE_PROCESS, ReadLines, Workers
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.passes.side_counts import SideCounts
from groundtrain.dataset.report import Report, build_report
from groundtrain.dataset.split.given_files import (
    GivenManifests,
    given_files,
    has_test_side,
    settings_of_split,
)
from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_change_checks import ClassChange, class_changes
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings


class NoUsableRecordError(ManifestError):
    """Every line was rejected; rejected.jsonl is complete all the same.

    Attributes:
        keys, type: those that were read, and the type of the labels.
    """

    def __init__(self, message: str, *, fix: str, keys: Keys, type_name: str) -> None:
        super().__init__(message, fix=fix)
        self.keys, self.type = keys, type_name


class Conversion(Struct, frozen=True):
    """What a manifest was converted to, and the report on it; the gate makes a dataset of them.

    Attributes:
        keys: of its lines.
        items: items by class id of train, validation and test, such as boxes.
    """

    contents: DatasetContents
    report: Report
    keys: Keys
    items: Sequence[Mapping[int, int]]


def convert(
    source: ManifestSource,
    settings: DatasetSettings,
    into: Path,
    *,
    classes: Sequence[str] | None = None,
    counters: Mapping[str, int] = {},
    labeling_job: str = "",
    labeling_job_arn: str = "",
    identity: str = "",
    image_exists: Callable[[str], bool] | None = None,
    image_findings: Mapping[int, tuple[Finding, ...]] = {},
    workers: Workers = ONE_PROCESS,
    read_lines: ReadLines | None = None,
) -> Conversion:
    """Write train.manifest, validation.manifest and rejected.jsonl into a directory, and a test.manifest.

    The last only where there is such a side. The directory is created if missing. The other files are
    written once the gate is decided.

    Args:
        source: the manifest; it is read once, or twice if class ids or the split depend on the whole of it.
        settings: the dataset settings.
        into: the directory.
        classes: names in the label category file, in order, when there is one.
        counters: LabelCounters of the labeling job, when they are known.
        labeling_job: name of the labeling job as typed, or of the upload.
        labeling_job_arn: the job's ARN.
        identity: tells what the labels come from, whatever version is read; "" for the ARN.
        image_exists: whether the object at an address exists; None assumes that all do.
        image_findings: findings of the image checks, by line.
        workers: the processes that read a file.
        read_lines: how a pass reads the lines, if not as the number of processes tells; see `read_manifest`.

    Raises:
        ManifestError: the manifest is unusable as a whole; the content of the directory is then invalid.
        NoUsableRecordError: all its lines are rejected; rejected.jsonl is complete.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    into.mkdir(parents=True, exist_ok=True)
    with_test = has_test_side(settings, given_files(source))
    result = read_manifest(
        source,
        settings,
        lambda: open_outputs(into, with_test=with_test),
        classes=classes,
        counters=counters,
        image_exists=image_exists,
        image_findings=image_findings,
        workers=workers,
        read_lines=read_lines,
    )
    _refuse_unusable(source, result)
    identity = identity or labeling_job_arn
    contents = describe(source, settings, result, classes or (), labeling_job, labeling_job_arn, identity)
    items = [dict(side.tally.items_by_class()) for side in result.counts.sides]
    report = build_report(contents, items, result.counts.findings.examples())
    return Conversion(contents, report, result.keys, items)


def describe(
    source: ManifestSource,
    settings: DatasetSettings,
    result: PassResult,
    listed: Sequence[str] = (),
    labeling_job: str = "",
    labeling_job_arn: str = "",
    identity: str = "",
) -> DatasetContents:
    """Describe a manifest that was read.

    `listed` are the names in the label category file, if there is one; the others as for `convert`.
    """
    etag, lines = source.etag(), result.lines
    manifests = source.uris if isinstance(source, GivenManifests) else UNSET
    return DatasetContents(
        dataset_id=dataset_id(identity, etag, settings_of_split(source, settings), listed),
        labeling_job=labeling_job,
        labeling_job_arn=labeling_job_arn,
        source=Source(source.uri, etag, lines.records, lines.bytes, manifests),
        label=result.keys.label,
        type=result.label_type.name,
        attributes=(result.keys.source, result.keys.label),
        **_counts(result),
    )


def _refuse_unusable(source: ManifestSource, result: PassResult) -> None:
    reasons = result.counts.reasons
    if result.lines.records > reasons.total():
        return
    code, count = reasons.most_common(1)[0]
    example = next(finding for finding in result.counts.findings.examples() if finding.code == code)
    said = f"{source.name}: {example.message}"
    if example.line:
        of = "" if example.manifest is UNSET else f" of {example.manifest}"
        said = (
            f"{source.name} has no usable record: {count} of {result.lines.records} are {RULES[code].name}"
            f" ({code}), such as line {example.line}{of}, {example.path}: {example.message}"
        )
    raise NoUsableRecordError(said, fix=example.advice, keys=result.keys, type_name=result.label_type.name)


def _counts(result: PassResult) -> dict[str, Any]:
    counts, outputs, classes = result.counts, result.outputs, result.classes
    log = counts.findings
    return {
        "classes": classes,
        "train": _split(TRAIN_MANIFEST, outputs.train, counts.train, classes),
        "validation": _split(VALIDATION_MANIFEST, outputs.validation, counts.validation, classes),
        "test": _split(TEST_MANIFEST, outputs.test, counts.test, classes)
        if result.given.has_test_side or counts.test.records
        else UNSET,
        "rejected": counts.reasons.total(),
        "reasons": dict(sorted(counts.reasons.items())),
        "findings": dict(sorted(log.counts.items())),
        "records_with_findings": dict(sorted(log.records_with_findings.items())),
        "class_changes": _class_changes(result),
        "fixed": dict(sorted((log.fixed - counts.fixed_in_vain).items())),
        "manifest_findings": result.manifest_findings,
        "statistics": counts.statistics(),
        "largest_record": counts.largest_record,
        "image_buckets": tuple(sorted(counts.buckets)),
    }


def _class_changes(result: PassResult) -> tuple[ClassChange, ...] | UnsetType:
    table = result.given.settings.classes
    return UNSET if table.changes_nothing else class_changes(result.counts.class_changes, table)


def _split(manifest: str, written: LineWriter, side: SideCounts, classes: Sequence[str]) -> Split:
    records_by_class = side.records_by_class
    return Split(
        manifest=manifest,
        records=written.records,
        bytes=written.bytes,
        sha256=written.sha256(),
        records_by_class={classes[i]: count for i, count in sorted(records_by_class.items())},
    )
