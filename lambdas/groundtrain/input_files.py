"""Files that people name: missing, a folder, a loop of links, a named pipe, a device, or without an end."""

import errno
import stat
from pathlib import Path

from groundtrain.errors import SettingsError
from groundtrain.quantities import quantity

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_FIXES = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path: a part of it is a file",
    errno.ELOOP: "it is a link that leads back to itself: name the file it should lead to",
    errno.ENAMETOOLONG: "check the path: no file can have such a name",
    errno.EACCES: "name another, or have it opened for you: ls -l shows whose it is",
    errno.EPERM: "name another, or have it opened for you: ls -l shows whose it is",
    errno.EROFS: "name a place that can be written to",
    errno.ENOSPC: "make room on the disk, or name another place",
    errno.EBUSY: "name a folder inside of it: a mount point cannot be replaced",
    errno.EXDEV: "name a folder inside of it: a mount point cannot be replaced",
    errno.EMFILE: "close some programs, or raise the limit (ulimit -n)",
    errno.ENOMEM: "close some programs",
}


def fix_for(error: OSError) -> str:
    """What a person can do about a refusal of the operating system."""
    return _FIXES.get(error.errno or 0, "check the path, and whether you may read and write there")


def other_kind(path: Path) -> str:
    """What is there instead of a file, such as "a named pipe"; "" for a file, and where nothing is.

    Raises:
        OSError: it cannot be looked at: a loop of links, a name that is too long.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ""
    return next((kind for test, kind in _KINDS if test(mode)), "")


def read_whole(path: Path, largest: int, fix: str) -> bytes:
    """The bytes of a file that is read as a whole.

    Args:
        path: as the person wrote it.
        largest: bytes; whatever is larger is not what was meant.
        fix: what to do when there is no such file, or something else.

    Raises:
        SettingsError: it is not there, is no file, is too large or cannot be read.
    """
    try:
        if kind := other_kind(path):
            raise SettingsError(f"{path} is {kind}, and no file", fix=fix)
        with path.open("rb") as file:
            text = file.read(largest + 1)
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        problem = "there is no such file" if is_missing else f"it cannot be read ({error.strerror})"
        raise SettingsError(f"{path}: {problem}", fix=fix if is_missing else fix_for(error)) from error
    if len(text) > largest:
        raise SettingsError(f"{path} is larger than {quantity(largest >> 20, 'MiB', 'MiB')}", fix=fix)
    return text


def refuse_other_kinds(path: Path, words: str) -> None:
    """Check that a path can be written to, or can be made: that no device, pipe or loop of links is there.

    Args:
        path: as the person wrote it.
        words: what names it in the call, such as an option with its value.

    Raises:
        SettingsError
    """
    try:
        kind = other_kind(path)
    except OSError as error:
        raise SettingsError(f"{words}: {error.strerror}", fix=fix_for(error)) from error
    if kind not in ("", "a folder"):
        raise SettingsError(f"{words} is {kind}, and only files are written", fix="name another path")
