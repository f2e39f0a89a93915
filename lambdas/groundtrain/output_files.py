"""Write a file: it is replaced as a whole, or left unchanged."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from groundtrain.errors import SettingsError


@contextmanager
def replaced_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write to, which replaces `path` when the block ends without an error.

    Raises:
        SettingsError: `path` is a directory or a device, or cannot be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise SettingsError(f"{path} is not a file", fix="name a file to write")
    workplace = folder_beside(path, "cannot be written", fix="name another file")
    try:
        with (workplace / path.name).open("wb") as file:
            yield file
        if path.exists():
            keep_permissions(path, workplace / path.name)
        (workplace / path.name).replace(path)
    finally:
        shutil.rmtree(workplace)


def folder_beside(path: Path, refusal: str, *, fix: str) -> Path:
    """A new hidden folder beside `path`, on its file system, so that what is made in it can take its place.

    Raises:
        SettingsError: it cannot be made; `refusal` says what that means for `path`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise SettingsError(f"{path} {refusal} ({error.strerror})", fix=fix) from error


def keep_permissions(old: Path, new: Path) -> None:
    """Give `new` the mode and group of `old`, which it replaces.

    Where the group cannot be kept, the one that `new` has gains no permission.
    """
    mode = stat.S_IMODE(old.stat().st_mode)
    if _group_of(old) != _group_of(new):
        try:
            os.chown(new, -1, _group_of(old))
        except OSError:
            mode &= ~(stat.S_IRWXG | stat.S_ISGID)
    new.chmod(mode)


def _group_of(path: Path) -> int:
    return path.stat().st_gid
