"""Write a dataset's directory: it is replaced as a whole, or left unchanged."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from groundtrain.dataset.description import (
    DESCRIPTION,
    REJECTED,
    REPORT,
    REPORT_PAGE,
    TEST_MANIFEST,
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
)
from groundtrain.errors import SettingsError
from groundtrain.json_text import decode_json
from groundtrain.output_files import folder_beside, keep_permissions

_FILES = {TRAIN_MANIFEST, VALIDATION_MANIFEST, TEST_MANIFEST, REJECTED, REPORT, REPORT_PAGE, DESCRIPTION}
_ANOTHER = "name a new or empty directory"


class _AnyDataset(Struct):
    dataset_id: str


@contextmanager
def replaced_directory(directory: Path) -> Iterator[Path]:
    """An empty directory to write to, which replaces `directory` when the block ends without an error.

    Raises:
        SettingsError: `directory` holds other files than an earlier dataset's, or cannot be created.
    """
    directory = directory.resolve()
    _refuse_foreign(directory)
    workplace = folder_beside(directory, "cannot be made", fix="name another directory")
    try:
        fresh = workplace / "new"
        fresh.mkdir()
        yield fresh
        if directory.exists():
            _keep_permissions(directory, fresh)
            directory.rename(workplace / "old")
        fresh.rename(directory)
    finally:
        _put_back(workplace / "old", directory)
        shutil.rmtree(workplace)


def _put_back(old: Path, directory: Path) -> None:
    if old.exists() and not directory.exists():
        old.rename(directory)


def _keep_permissions(old: Path, new: Path) -> None:
    for file in new.iterdir():
        if (old / file.name).exists():
            keep_permissions(old / file.name, file)
    keep_permissions(old, new)


def _refuse_foreign(directory: Path) -> None:
    """Names alone tell little: a dataset's files are plain files, and one of them says what they are."""
    if not directory.exists():
        return
    if not directory.is_dir():
        raise SettingsError(f"{directory} is not a directory", fix="name another one")
    paths = sorted(directory.iterdir())
    foreign = [path.name for path in paths if not _may_be_of_a_dataset(path)]
    if foreign:
        raise SettingsError(
            f"{directory} holds other files than a dataset's, such as {foreign[0]}", fix=_ANOTHER
        )
    if paths and not (directory / DESCRIPTION).exists():
        raise SettingsError(f"{directory} is no earlier dataset: it has no {DESCRIPTION}", fix=_ANOTHER)
    if paths and not _describes_a_dataset(directory / DESCRIPTION):
        raise SettingsError(f"{directory / DESCRIPTION} is not one that groundtrain wrote", fix=_ANOTHER)


def _may_be_of_a_dataset(path: Path) -> bool:
    return path.name in _FILES and path.is_file() and not path.is_symlink()


def _describes_a_dataset(file: Path) -> bool:
    """Whichever version wrote it."""
    try:
        decode_json(file.read_bytes(), _AnyDataset)
    except msgspec.DecodeError:
        return False
    return True
