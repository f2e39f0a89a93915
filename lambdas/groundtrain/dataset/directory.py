"""Write a dataset's directory: it is replaced as a whole, or left unchanged."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groundtrain.dataset.description import (
    DESCRIPTION,
    REJECTED,
    REPORT,
    TRAIN_MANIFEST,
    VALIDATION_MANIFEST,
)
from groundtrain.errors import SettingsError

_FILES = {TRAIN_MANIFEST, VALIDATION_MANIFEST, REJECTED, REPORT, DESCRIPTION}


@contextmanager
def replaced_directory(directory: Path) -> Iterator[Path]:
    """An empty directory to write to, which replaces `directory` when the block ends without an error.

    Raises:
        SettingsError: `directory` holds other files than an earlier dataset's, or cannot be created.
    """
    directory = directory.resolve()
    _refuse_foreign(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    except OSError as error:
        raise SettingsError(
            f"{directory} cannot be made ({error.strerror})", fix="name another directory"
        ) from error
    try:
        fresh = workplace / "new"
        fresh.mkdir()
        yield fresh
        if directory.exists():
            directory.rename(workplace / "old")
        fresh.rename(directory)
    finally:
        _put_back(workplace / "old", directory)
        shutil.rmtree(workplace)


def _put_back(old: Path, directory: Path) -> None:
    if old.exists() and not directory.exists():
        old.rename(directory)


def _refuse_foreign(directory: Path) -> None:
    if not directory.exists():
        return
    if not directory.is_dir():
        raise SettingsError(f"{directory} is not a directory", fix="name another one")
    foreign = sorted(path.name for path in directory.iterdir() if path.name not in _FILES)
    if foreign:
        raise SettingsError(
            f"{directory} holds other files than a dataset's, such as {foreign[0]}",
            fix="name a new or empty directory",
        )
