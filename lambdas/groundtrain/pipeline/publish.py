"""Make the dataset of a labeling job that has ended, and write it to S3 once.

dataset.json is written last, and only if it does not exist: it marks the dataset as complete. After a crash
before that, the next run writes the same bytes again; after a later crash, the next run finds the dataset,
and it is only announced again. Two runs at once write the same bytes, and only one of them dataset.json.
"""

import hashlib
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.dataset_store import commit, read_dataset, upload_files
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.aws.s3_manifest import ManifestChangedError, S3Manifest, find_manifest
from groundtrain.aws.sagemaker import labeling_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import (
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
    Dataset,
    GateDecision,
    Source,
    Split,
    dataset_id,
    dataset_prefix,
)
from groundtrain.errors import GroundtrainError, LabelAttributeError, ManifestError, NotReadyError
from groundtrain.gate.gate import decide_gate, deciding
from groundtrain.images.existence import existence_of
from groundtrain.images.sources import read_sources
from groundtrain.s3_addresses import S3Address, parse_s3_address
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment

_SETTLES_WITHIN = timedelta(minutes=15)


class Published(Struct, frozen=True):
    """A dataset and its folder, `s3://…/` with the final slash; `new` is False when it existed already."""

    dataset: Dataset
    folder: str
    new: bool


class Buckets(Struct, frozen=True):
    """The bucket for datasets, and the buckets that a manifest's images may be in."""

    datasets: str
    labeling: list[str]


def publish(job: LabelingJob, environment: Environment, buckets: Buckets, aws: Clients) -> Published:
    """Make the dataset of a labeling job, unless it exists; a closed gate is decided again.

    For a manifest that is unusable as a whole, only dataset.json is written: no records, a closed gate, and
    the reason in words. So the sweep does not ask for it again.

    Raises:
        NotReadyError: the output manifest does not exist yet, is not complete yet, or was changed while it
            was read.
        AccessError: manifest, label category file or images are not readable.
    """
    manifest = find_output(job, aws)
    home = home_of(job, manifest.etag(), environment, buckets.datasets)
    try:
        dataset = _with_gate_of_now(read_dataset(aws.s3, home), environment)
        return Published(dataset, str(home), new=False)
    except objects.MissingObjectError:
        images = S3ImageStore(aws.s3, within=buckets.labeling)
        return _commit(_make(job, manifest, environment, home, images, aws), home, aws)


def find_output(job: LabelingJob, aws: Clients) -> S3Manifest:
    """The current version of the job's output manifest, which may appear minutes after the job has ended.

    Raises:
        NotReadyError: it does not exist yet.
        AccessError
    """
    if job.output is None:
        raise NotReadyError(f'labeling job "{job.name}" ({job.status}) names no output manifest')
    try:
        return find_manifest(aws.s3, parse_s3_address(job.output))
    except objects.MissingObjectError as error:
        raise NotReadyError(str(error)) from error


def home_of(job: LabelingJob, etag: str, environment: Environment, bucket: str) -> S3Address:
    """The folder of the dataset for this output and these settings; its key ends in "/"."""
    identity = dataset_id(job.arn, etag, settings_for(job, environment))
    return S3Address(bucket, dataset_prefix(job.name, identity))


def settings_for(job: LabelingJob, environment: Environment) -> DatasetSettings:
    """The environment's dataset settings, with the job's own label attribute.

    A verification job's own labels say which of another job's labels are right: those are trained on.
    """
    if job.label is None or job.label == environment.dataset.verified_by:
        return environment.dataset
    return msgspec.structs.replace(environment.dataset, label=job.label)


def _make(
    job: LabelingJob,
    manifest: S3Manifest,
    environment: Environment,
    home: S3Address,
    images: S3ImageStore,
    aws: Clients,
) -> Dataset:
    """Convert and upload all but dataset.json."""
    settings = settings_for(job, environment)
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        folder = Path(directory)
        try:
            dataset = convert(
                manifest,
                settings,
                folder,
                classes=labeling_jobs.read_classes(aws.s3, job),
                counters=job.counters,
                labeling_job=job.name,
                labeling_job_arn=job.arn,
                image_exists=existence_of(images, read_sources(manifest, settings.label)),
                decide=deciding(environment),
            )
        except ManifestChangedError as error:
            raise NotReadyError(str(error)) from error
        except (ManifestError, LabelAttributeError) as error:
            _refuse_incomplete(job, 0, now=datetime.now(UTC))
            return _unusable(job, manifest, environment, error)
        _refuse_incomplete(job, _labeled(dataset), now=datetime.now(UTC))
        upload_files(aws.s3, folder, home)
    return dataset


def _labeled(dataset: Dataset) -> int:
    return dataset.source.records - dataset.findings.get("GT201", 0) - dataset.findings.get("GT202", 0)


def _refuse_incomplete(job: LabelingJob, labeled: int, *, now: datetime) -> None:
    """Wait if the manifest has fewer labels than the job counts, for 15 minutes after the job's end.

    Ground Truth may write the output manifest once more, minutes after the job has ended.
    """
    counted = job.counters.get("TotalLabeled", 0)
    if labeled < counted and now - job.ended < _SETTLES_WITHIN:
        raise NotReadyError(
            f'labeling job "{job.name}" counts {counted} labeled objects, its manifest has {labeled} so far'
        )


def _with_gate_of_now(dataset: Dataset, environment: Environment) -> Dataset:
    """Settings may have changed since the gate was closed; an unusable manifest stays unusable."""
    if dataset.gate.open or not dataset.type:
        return dataset
    return msgspec.structs.replace(dataset, gate=decide_gate(dataset, environment))


def _commit(dataset: Dataset, home: S3Address, aws: Clients) -> Published:
    if commit(aws.s3, dataset, home):
        return Published(dataset, str(home), new=True)
    return Published(read_dataset(aws.s3, home), str(home), new=False)


def _unusable(
    job: LabelingJob, manifest: S3Manifest, environment: Environment, error: GroundtrainError
) -> Dataset:
    return Dataset(
        dataset_id=dataset_id(job.arn, manifest.etag(), settings_for(job, environment)),
        labeling_job=job.name,
        labeling_job_arn=job.arn,
        source=Source(uri=manifest.uri, etag=manifest.etag(), records=0, bytes=manifest.size),
        label=job.label or "",
        type="",
        attributes=(),
        classes=(),
        train=_empty(TRAIN_MANIFEST),
        validation=_empty(VALIDATION_MANIFEST),
        rejected=0,
        reasons={},
        findings={},
        statistics={},
        image_buckets=(),
        gate=GateDecision(open=False, reasons=(str(error),)),
    )


def _empty(manifest: str) -> Split:
    return Split(
        manifest=manifest, records=0, bytes=0, sha256=hashlib.sha256().hexdigest(), records_by_class={}
    )
