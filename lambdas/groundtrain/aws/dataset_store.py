"""Datasets in S3: their folder, and the dataset.json in it."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from groundtrain.aws import s3 as objects
from groundtrain.dataset.description import (
    DESCRIPTION,
    REJECTED,
    REPORT,
    REPORT_PAGE,
    TEST_MANIFEST,
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
    Dataset,
    FormatError,
    dump_dataset,
    parse_dataset,
)
from groundtrain.errors import GroundtrainError
from groundtrain.s3_addresses import S3Address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONTENT_TYPES = {
    TRAIN_MANIFEST: "application/x-ndjson",
    VALIDATION_MANIFEST: "application/x-ndjson",
    TEST_MANIFEST: "application/x-ndjson",
    REJECTED: "application/x-ndjson",
    REPORT: "application/json",
    REPORT_PAGE: "text/html; charset=utf-8",
}


class DatasetError(GroundtrainError):
    """A dataset.json of another version of groundtrain, or outside the environment's bucket."""


def read_dataset(s3: "S3Client", folder: S3Address) -> Dataset:
    """Read the dataset.json of a folder, or the one beside an object.

    Raises:
        MissingObjectError: the dataset is not complete.
        AccessError
        DatasetError: dataset.json cannot be understood.
    """
    address = folder.beside(DESCRIPTION)
    try:
        return parse_dataset(objects.read(s3, address))
    except FormatError as error:
        raise DatasetError(
            f"{address} was written by another version: {error}",
            fix="deploy the version that wrote it, or delete it; the next sweep makes the dataset again",
        ) from error
    except msgspec.DecodeError as error:
        raise DatasetError(
            f"{address} is not a dataset of this version ({error})",
            fix="delete it; the next sweep makes the dataset again",
        ) from error


def dataset_folder(address: S3Address, bucket: str) -> S3Address:
    """The folder of a dataset in the environment's bucket, its key with the final slash.

    Raises:
        DatasetError: the address is not one there.
    """
    if address.bucket != bucket:
        raise DatasetError(
            f"dataset {address} does not lie in the environment's bucket",
            fix=f"copy it to s3://{bucket}/datasets/",
        )
    return S3Address(bucket, f"{address.key.rstrip('/')}/")


def write_dataset(s3: "S3Client", folder: S3Address, dataset: Dataset, directory: Path) -> bool:
    """Write a dataset's files to its folder, and dataset.json last, which marks it as complete.

    Of a dataset without label type, which is that of an unusable manifest, only dataset.json is written.
    False when there was a dataset.json already; it stays.
    """
    optional = {TEST_MANIFEST: dataset.test, REPORT_PAGE: dataset.page}
    absent = [name for name, value in optional.items() if value is UNSET]
    for name, content_type in _CONTENT_TYPES.items() if dataset.type else ():
        if name in absent:
            continue
        objects.upload(s3, directory / name, folder.beside(name), content_type=content_type)
    description = folder.beside(DESCRIPTION)
    return objects.put_if_absent(s3, description, dump_dataset(dataset), content_type="application/json")
