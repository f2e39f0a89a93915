"""Make the dataset of a labeled manifest, and write it to S3 once, however often its event comes.

dataset.json is written last, and only if it does not exist: it marks the dataset as complete. After a crash
before that, the next run writes the same bytes again; after a later crash, the next run finds the dataset,
and it is only announced again. Two runs at once write the same bytes, and only one of them dataset.json.
"""

import hashlib
import tempfile
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.dataset_store import read_dataset, write_dataset
from groundtrain.aws.manifest_store import ManifestChangedError, read_category_file
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import (
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
    Dataset,
    DatasetContents,
    GateDecision,
    Source,
    Split,
    dataset_id,
    dataset_prefix,
)
from groundtrain.errors import GroundtrainError, LabelAttributeError, ManifestError, NotReadyError
from groundtrain.gate.decision import decide_again, make_dataset
from groundtrain.pipeline.function_limits import LimitedImageStore, LimitedManifest
from groundtrain.pipeline.image_check_run import ImageCheck, ImageMap, RunningImageCheck, mark_used
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest, refuse_incomplete
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment


class MadeDataset(Struct, frozen=True):
    """A dataset and its folder, whose key ends in "/"; `new` is False when it existed already."""

    dataset: Dataset
    folder: S3Address
    new: bool


class Buckets(Struct, frozen=True):
    """The bucket for datasets, and the buckets that a manifest's images may be in."""

    datasets: str
    labeling: list[str]


def make_dataset_once(
    labeled: LabeledManifest,
    environment: Environment,
    buckets: Buckets,
    aws: Clients,
    image_map: ImageMap | None = None,
) -> MadeDataset | RunningImageCheck:
    """Make the dataset of a labeled manifest, unless it exists; a closed gate is decided again.

    Where the settings have every image looked at, there is none before the map that does it has ended.

    For a manifest that is unusable as a whole, only dataset.json is written: no records, a closed gate, and
    the reason in words. So the sweep does not ask for it again.

    Raises:
        NotReadyError: the manifest is not complete yet, or was changed while it was read.
        AccessError: manifest, label category file or images are not readable.
    """
    folder = dataset_folder_of(labeled, environment, buckets.datasets)
    try:
        dataset = _with_gate_of_now(read_dataset(aws.s3, folder), environment)
        made = MadeDataset(dataset, folder, new=False)
    except objects.MissingObjectError:
        store = LimitedImageStore(aws.s3, buckets.labeling)
        check = ImageCheck(image_map, labeled, environment, folder, store)
        with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
            converted = _make(check, Path(directory), aws)
            if isinstance(converted, RunningImageCheck):
                return converted
            new = write_dataset(aws.s3, folder, converted, Path(directory))
        made = MadeDataset(converted if new else read_dataset(aws.s3, folder), folder, new)
    if environment.dataset.images == "full":
        mark_used(folder, aws)
    return made


def dataset_folder_of(labeled: LabeledManifest, environment: Environment, bucket: str) -> S3Address:
    """The folder of the dataset for this manifest and these settings; its key ends in "/"."""
    return S3Address(bucket, dataset_prefix(labeled.name, _dataset_id(labeled, environment)))


def _dataset_id(labeled: LabeledManifest, environment: Environment) -> str:
    return dataset_id(labeled.identity, labeled.manifest.etag(), _settings_for(labeled, environment))


def _settings_for(labeled: LabeledManifest, environment: Environment) -> DatasetSettings:
    """The environment's dataset settings, with the manifest's own label attribute.

    Labels that verify others say which of those are right: the others are trained on.
    """
    if labeled.label is None or labeled.label == environment.dataset.verified_by:
        return environment.dataset
    return replace(environment.dataset, label=labeled.label)


def _make(check: ImageCheck, directory: Path, aws: Clients) -> Dataset | RunningImageCheck:
    """Convert into an empty directory, and decide the gate."""
    labeled, environment = check.labeled, check.environment
    settings = _settings_for(labeled, environment)
    # what these two need takes a moment to load, which an event of a dataset that exists spares
    from groundtrain.pipeline.dataset_page import DatasetPage
    from groundtrain.pipeline.image_checks import look_at_images

    try:
        manifest = LimitedManifest(labeled.manifest)
        limited = replace(check, labeled=replace(labeled, manifest=manifest))
        classes = read_category_file(aws.s3, labeled.category_file)
        looked_at = look_at_images(limited, settings, classes or (), aws)
        if isinstance(looked_at, RunningImageCheck):
            return looked_at
        page = DatasetPage(labeled.title, looked_at.exists)
        conversion = convert(
            manifest,
            settings,
            directory,
            classes=classes,
            counters=labeled.counters,
            labeling_job=labeled.name,
            labeling_job_arn=labeled.labeling_job_arn,
            identity=labeled.identity,
            image_exists=looked_at.exists,
            image_findings=looked_at.findings,
            read_lines=page.read_lines,
        )
    except ManifestChangedError as error:
        raise NotReadyError(str(error)) from error
    except (ManifestError, LabelAttributeError) as error:
        refuse_incomplete(labeled, 0)
        return _unusable(labeled, environment, error)
    refuse_incomplete(labeled, _records_with_label(conversion.contents))
    dataset = make_dataset(conversion, environment, directory)
    return page.written(dataset, conversion, environment, directory)


def _records_with_label(contents: DatasetContents) -> int:
    return contents.source.records - contents.findings.get("GT201", 0) - contents.findings.get("GT202", 0)


def _with_gate_of_now(dataset: Dataset, environment: Environment) -> Dataset:
    """Settings may have changed since the gate was closed; an unusable manifest stays unusable."""
    if dataset.gate.open or not dataset.type:
        return dataset
    return decide_again(dataset, environment)


def _unusable(labeled: LabeledManifest, environment: Environment, error: GroundtrainError) -> Dataset:
    manifest = labeled.manifest
    return Dataset(
        dataset_id=_dataset_id(labeled, environment),
        labeling_job=labeled.name,
        labeling_job_arn=labeled.labeling_job_arn,
        source=Source(uri=manifest.uri, etag=manifest.etag(), records=0, bytes=manifest.size),
        label=labeled.label or "",
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
