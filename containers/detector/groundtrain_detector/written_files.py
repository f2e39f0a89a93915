"""Files that are there as a whole or not at all."""

import errno
import os
from pathlib import Path

from groundtrain_detector.errors import DetectorError

UNFINISHED = ".part"


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write beside the place, then move; a file that is there stays until the new one is complete.

    Raises:
        DetectorError: the disk is full, or the folder cannot be written.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        _remove(unfinished)
        raise DetectorError(_sentence(path, error)) from error


def _remove(unfinished: Path) -> None:
    try:
        unfinished.unlink(missing_ok=True)
    except OSError:
        return


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full, so that {path} cannot be written: raise volume_gb in the settings"
    return f"{path} cannot be written: {error.strerror or error}"
