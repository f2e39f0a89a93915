"""Write a file: it is replaced as a whole, or left unchanged."""

import shutil
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror})", fix="name another file"
        ) from error
    try:
        with (workplace / path.name).open("wb") as file:
            yield file
        if path.exists():
            shutil.copymode(path, workplace / path.name)
        (workplace / path.name).replace(path)
    finally:
        shutil.rmtree(workplace)
