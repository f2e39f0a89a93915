"""Check the data of a training job before it trains; it fails for the same faults as on AWS."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.sagemaker.accounts import Json
from local.sagemaker.algorithms import algorithm_of, name_of
from local.sagemaker.s3_folders import split_uri

IMAGES_READ = 50
"""Number of images of each channel that are checked, so that large datasets do not slow the demo down."""


class TrainingFailedError(Exception):
    """The job fails; the text is its FailureReason."""


def check_data(job: Json, s3: Any) -> None:
    """Read the manifests and look at the first images, with the client given.

    Raises:
        TrainingFailedError: something is missing, or does not fit the hyperparameters.
    """
    _fail_on_missing_hyperparameters(job)
    for channel in job["InputDataConfig"]:
        source = channel["DataSource"].get("S3DataSource", {})
        if source.get("S3DataType") == "AugmentedManifestFile":
            _check_channel(channel, source, job, s3)
        elif source.get("S3DataType") == "S3Prefix":
            _look_at(source["S3Uri"], s3)


def _fail_on_missing_hyperparameters(job: Json) -> None:
    algorithm = algorithm_of(job)
    missing = [name for name in algorithm.required if name not in job["HyperParameters"]] if algorithm else []
    if missing:
        raise TrainingFailedError(
            f"ClientError: Required hyperparameters are missing: {', '.join(map(repr, missing))}"
        )


def _check_channel(settings: Json, source: Json, job: Json, s3: Any) -> None:
    channel, hyperparameters = settings["ChannelName"], job["HyperParameters"]
    records = _read_manifest(source["S3Uri"], s3)
    names = source["AttributeNames"]
    if not records or any(name not in record for record in records for name in names):
        raise TrainingFailedError(
            "ClientError: Got empty batch from pipe. Please check if the manifest file contains valid"
            f" batches and the value of AttributeNames matches ({channel} channel)"
        )
    _fail_on_batch_size(channel, len(records), job)
    _fail_on_label_width(records, names, hyperparameters)
    _fail_on_class_ids(records, names[-1], settings.get("ContentType", ""), job)
    for uri in (record[name] for record in records[:IMAGES_READ] for name in names if name.endswith("-ref")):
        _look_at(uri, s3)


def _read_manifest(uri: str, s3: Any) -> list[Json]:
    bucket, key = split_uri(uri)
    try:
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8")
    except ClientError as error:
        raise _download_failure(uri, error) from error
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _look_at(uri: str, s3: Any) -> None:
    bucket, key = split_uri(uri)
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise _download_failure(uri, error) from error


def _fail_on_batch_size(channel: str, records: int, job: Json) -> None:
    algorithm = algorithm_of(job)
    default = algorithm.default_batch if algorithm else 0
    hyperparameters = job["HyperParameters"]
    of_all_channels = hyperparameters.get("mini_batch_size", default)
    batch = int(hyperparameters.get(f"{channel}_mini_batch_size", of_all_channels))
    if records < batch:
        raise TrainingFailedError(
            "ClientError: The number of input images must be bigger or equal to the mini_batch_size"
            f" ({channel} channel: {records} images, mini_batch_size {batch})"
        )


def _fail_on_label_width(records: list[Json], names: list[str], hyperparameters: Json) -> None:
    most = max((boxes for record in records for boxes in _box_counts(record, names)), default=0)
    width = int(hyperparameters.get("label_width", 350))
    if 5 * most + 2 > width:
        raise TrainingFailedError(
            f"ClientError: Invalid parameter value 'label_width': {width} is too small"
            f" for an image with {most} boxes"
        )


def _fail_on_class_ids(records: list[Json], label: str, content_type: str, job: Json) -> None:
    """A list of ids is read as a row of zeros and ones unless both settings say what it is.

    AWS trains on such rows without a word; here it is better to fail.
    """
    classes = int(job["HyperParameters"].get("num_classes", 0))
    for record in records:
        ids = list(_class_ids(record[label]))
        if isinstance(record[label], list) and name_of(job) == "image-classification":
            is_multi_label = job["HyperParameters"].get("multi_label") == "1"
            if not (is_multi_label and "label-format=class-id" in content_type):
                raise TrainingFailedError(
                    "ClientError: label is a list of class ids, and taken for multi-hot"
                )
        if classes and any(i >= classes for i in ids):
            raise TrainingFailedError(
                f"ClientError: label {max(ids)} is out of range, num_classes is {classes}"
            )


def _class_ids(label: Any) -> Iterator[int]:
    if isinstance(label, dict):
        yield from (int(box["class_id"]) for box in label.get("annotations", ()))
    elif isinstance(label, list):
        yield from map(int, label)
    elif str(label).isdigit():
        yield int(label)


def _box_counts(record: Json, names: list[str]) -> Iterator[int]:
    for name in names:
        if isinstance(record[name], dict) and isinstance(record[name].get("annotations"), list):
            yield len(record[name]["annotations"])


def _download_failure(uri: str, error: ClientError) -> TrainingFailedError:
    code = error.response["Error"]["Code"]
    return TrainingFailedError(f"ClientError: Data download failed for {uri}: {code}: {error}")
