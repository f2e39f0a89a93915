"""A dataset that a call names: its directory, its s3:// address, or a plain manifest."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.calls.manifests import opened_manifest
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import (
    DESCRIPTION,
    Dataset,
    FormatError,
    Split,
    dataset_prefix,
    parse_dataset,
)
from groundtrain.errors import GroundtrainError
from groundtrain.gate.decision import make_dataset
from groundtrain.input_files import other_kind, read_whole
from groundtrain.s3_addresses import SCHEME, S3Address, bucket_of, key_of, parse_s3_address
from groundtrain.settings.environment import Environment

_MAKE_ONE = "make one with groundtrain convert"
_LARGEST = 256 << 20  # bytes of a dataset.json


class NotADatasetError(GroundtrainError):
    """A dataset.json of another version, or one that does not describe the files beside it."""

    exit_code = 1


class LocatedDataset(Struct, frozen=True):
    """A dataset, and where it lies: a directory, or a folder in S3, whose key ends in "/"."""

    dataset: Dataset
    directory: Path | None = None
    folder: S3Address | None = None

    def folder_in(self, bucket: str) -> S3Address:
        """Its folder in S3; of a local one that to which it is uploaded in this bucket."""
        prefix = dataset_prefix(self.dataset.labeling_job or "by-hand", self.dataset.dataset_id)
        return self.folder or S3Address(bucket, prefix)


@contextmanager
def opened_dataset(address: str, environment: Environment) -> Iterator[LocatedDataset]:
    """The dataset at this path or address; a plain manifest is converted into a temporary directory.

    Raises:
        NotADatasetError, ManifestError, LabelAttributeError
        GroundtrainError: the directory holds no dataset, or it cannot be read from S3.
    """
    if (located := find_dataset(address)) is not None:
        yield located
    else:
        with (
            tempfile.TemporaryDirectory(prefix="groundtrain-") as scratch,
            opened_manifest(address) as source,
        ):
            conversion = convert(source, environment.dataset, Path(scratch))
            yield LocatedDataset(make_dataset(conversion, environment, Path(scratch)), Path(scratch))


def find_dataset(address: str) -> LocatedDataset | None:
    """The dataset at this path or address; None where it is that of a manifest.

    Raises:
        NotADatasetError
        GroundtrainError: the directory holds no dataset, or it cannot be read from S3.
    """
    if address.startswith("s3://"):
        return _in_s3(address)
    if os.path.isdir(address):  # noqa: PTH112  says False to names that cannot be
        return LocatedDataset(_in_directory(Path(address)), Path(address))
    return None


def _in_directory(directory: Path) -> Dataset:
    file = directory / DESCRIPTION
    try:
        dataset = parse_dataset(read_whole(file, _LARGEST, f"{directory} is no dataset: {_MAKE_ONE}"))
    except FormatError as error:
        raise NotADatasetError(
            f"{file} was written by another version: {error}",
            fix="use the version that wrote it, or convert the manifest again",
        ) from error
    except msgspec.DecodeError as error:
        raise NotADatasetError(
            f"{file} is not of this version ({error})", fix="convert the manifest again"
        ) from error
    for split in dataset.sides:
        _refuse_changed(directory / split.manifest, split)
    return dataset


def _refuse_changed(manifest: Path, split: Split) -> None:
    """The request is derived from dataset.json, so the manifests must be those it describes."""
    try:
        if kind := other_kind(manifest):
            raise NotADatasetError(f"{manifest} is {kind}, and no file", fix="convert the manifest again")
        with manifest.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotADatasetError(
            f"{manifest} cannot be read ({error.strerror})", fix="convert the manifest again"
        ) from error
    if sha256 != split.sha256:
        raise NotADatasetError(
            f"{manifest} was changed after {DESCRIPTION} was written", fix="convert the manifest again"
        )


def _description_beside(uri: str) -> S3Address:
    """The address of the dataset.json of a folder, which may be a whole bucket, or which is named itself.

    Raises:
        AddressError: of the address as it is given.
    """
    bucket, folder = bucket_of(uri), f"/{key_of(uri)}".removesuffix(f"/{DESCRIPTION}").rstrip("/")
    return parse_s3_address(f"{SCHEME}{bucket}{folder}/{DESCRIPTION}" if bucket else uri)


def _in_s3(uri: str) -> LocatedDataset | None:
    """The dataset in S3; None when there is no dataset.json, so that it is the address of a manifest."""
    # boto3 takes a second to import, which a local dataset spares
    from groundtrain.aws.aws_errors import refusals_explained
    from groundtrain.aws.clients import connect
    from groundtrain.aws.dataset_store import read_dataset
    from groundtrain.aws.s3 import MissingObjectError

    address = _description_beside(uri)
    with refusals_explained(uri):
        try:
            dataset = read_dataset(connect().s3, address)
        except MissingObjectError:
            return None
    return LocatedDataset(dataset, folder=address.beside(""))
