"""The DATASET argument of train: a dataset's directory, its s3:// address, or a plain manifest."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from groundtrain.cli.manifests import opened_manifest
from groundtrain.dataset.convert import convert
from groundtrain.dataset.description import DESCRIPTION, Dataset, FormatError, Split, parse_dataset
from groundtrain.errors import GroundtrainError
from groundtrain.gate.gate import deciding
from groundtrain.input_files import other_kind, read_whole
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Environment

_MAKE_ONE = "make one with groundtrain convert"
_LARGEST = 256 << 20  # bytes of a dataset.json

dataset_argument = click.argument("dataset")


class NotADatasetError(GroundtrainError):
    """A dataset.json of another version, or one that does not describe the files beside it."""

    exit_code = 1


class GivenDataset(Struct, frozen=True):
    """A dataset, and its place: a directory, or a folder in S3, whose key ends in "/"."""

    dataset: Dataset
    directory: Path | None = None
    folder: S3Address | None = None


@contextmanager
def opened_dataset(given: str, environment: Environment) -> Iterator[GivenDataset]:
    """The dataset at this path or address; a plain manifest is converted into a temporary directory.

    Raises:
        NotADatasetError, ManifestError, LabelAttributeError
        GroundtrainError: the directory holds no dataset, or it cannot be read from S3.
    """
    if given.startswith("s3://") and (found := _in_s3(given)) is not None:
        yield found
    elif os.path.isdir(given):  # noqa: PTH112  says False to names that cannot be
        yield GivenDataset(_in_directory(Path(given)), Path(given))
    else:
        with tempfile.TemporaryDirectory(prefix="groundtrain-") as scratch, opened_manifest(given) as source:
            decide = deciding(environment)
            dataset = convert(source, environment.dataset, Path(scratch), decide=decide)
            yield GivenDataset(dataset, Path(scratch))


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
    for split in (dataset.train, dataset.validation):
        _refuse_changed(directory / split.manifest, split)
    return dataset


def _refuse_changed(manifest: Path, split: Split) -> None:
    """The request is derived from dataset.json, so the manifests must be those it describes."""
    try:
        if kind := other_kind(manifest):
            raise NotADatasetError(f"{manifest} is {kind}, and no file", fix="convert the manifest again")
        with manifest.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotADatasetError(
            f"{manifest} cannot be read ({error.strerror})", fix="convert the manifest again"
        ) from error
    if found != split.sha256:
        raise NotADatasetError(
            f"{manifest} was changed after {DESCRIPTION} was written", fix="convert the manifest again"
        )


def _in_s3(uri: str) -> GivenDataset | None:
    """The dataset in S3; None when there is no dataset.json, so that it is the address of a manifest."""
    from groundtrain.aws.clients import connect
    from groundtrain.aws.dataset_store import read_dataset
    from groundtrain.aws.s3 import MissingObjectError
    from groundtrain.aws.service_errors import refusals_explained
    from groundtrain.s3_addresses import parse_s3_address

    address = parse_s3_address(f"{uri.removesuffix(f'/{DESCRIPTION}').rstrip('/')}/{DESCRIPTION}")
    with refusals_explained(uri):
        try:
            dataset = read_dataset(connect().s3, address)
        except MissingObjectError:
            return None
    return GivenDataset(dataset, folder=address.beside(""))
