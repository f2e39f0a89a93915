"""What became of the checkpoints of an interrupted job: were there any, and did the next attempt read one?

A file's time of last access tells: it is set far back, and the first reading sets it again. Where the file
system keeps no such times, nothing is told.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from groundtrain.rehearsal.folders import files_below

_LONG_AGO = 1_000_000_000  # nanoseconds


def forget_reading(folder: Path) -> None:
    """Set the time of last access of each file far back."""
    for path in _files(folder):
        with suppress(OSError):
            os.utime(path, ns=(_LONG_AGO, os.stat(path).st_mtime_ns))  # noqa: PTH116


def was_read(folder: Path) -> bool:
    """Whether a file was read since then, or was replaced."""
    return any(_accessed(path) != _LONG_AGO for path in _files(folder))


def reading_is_seen(folder: Path) -> bool:
    """Whether the file system keeps times of access."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"1")
        file.flush()
        os.utime(file.name, ns=(_LONG_AGO, os.stat(file.name).st_mtime_ns))  # noqa: PTH116
        Path(file.name).read_bytes()
        return _accessed(Path(file.name)) != _LONG_AGO


def _files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in files_below(folder))


def _accessed(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_atime_ns
    return _LONG_AGO
