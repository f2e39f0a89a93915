"""Sources of a manifest's bytes; all reads give the same version of it."""

import hashlib
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.input_files import fix_for

_CHUNK = 256 << 10  # what is made of its lines stays in a core's cache
_KEPT_FREE = 256 << 20  # bytes


class ManifestSource(Protocol):
    """A manifest that can be read repeatedly, always in the same version."""

    @property
    def name(self) -> str:
        """Its name in messages: a file name or an s3:// address."""
        ...

    @property
    def uri(self) -> str:
        """Its address in dataset.json."""
        ...

    @property
    def size(self) -> int:
        """Bytes; 0 when it does not exist."""
        ...

    def etag(self) -> str:
        """Identity of the version that is read: an S3 ETag, or the SHA-256 of a file in hex."""
        ...

    def open(self) -> Iterator[bytes]:
        """The bytes, in chunks of any size; may be called repeatedly.

        Raises:
            GroundtrainError: it does not exist, or cannot be read.
            ManifestError: it has changed.
        """
        ...


def shown_name(path: Path | str) -> str:
    """A file name as printable text, even if it is not valid UTF-8."""
    return os.fsencode(path).decode(errors="backslashreplace")


class FileManifest:
    """A manifest in a file."""

    def __init__(self, path: Path, *, name: str | None = None, uri: str | None = None) -> None:
        self.path = path
        shown = shown_name(path)
        self.name = name or shown
        self.uri = uri or shown
        self._version: tuple[int, int, int] | None = None
        self._etag = ""

    @property
    def size(self) -> int:
        """Bytes; 0 when there is no file."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def etag(self) -> str:
        """SHA-256 of the file in hex; computed on the way whenever the file is read to its end."""
        if not self._etag:
            deque(self.open(), maxlen=0)
        return self._etag

    def open(self) -> Iterator[bytes]:
        """The bytes, in chunks of 256 KiB; see `ManifestSource.open`."""
        with _read_errors(self.name), self.path.open("rb") as file:
            self._refuse_change(os.fstat(file.fileno()))
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                if not self._etag:
                    digest.update(chunk)
                yield chunk
            self._refuse_change(self.path.stat())
            self._etag = self._etag or digest.hexdigest()

    def part(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` to before `end`, in chunks; a change of the file is not seen.

        Raises:
            GroundtrainError: it does not exist, or cannot be read.
        """
        with _read_errors(self.name), self.path.open("rb") as file:
            file.seek(start)
            while start < end and (chunk := file.read(min(end - start, _CHUNK))):
                start += len(chunk)
                yield chunk

    def _refuse_change(self, status: os.stat_result) -> None:
        version = (status.st_ino, status.st_size, status.st_mtime_ns)
        self._version = self._version or version
        if version != self._version:
            raise ManifestError(f"{self.name} changed while it was read", fix="run again when it is complete")


@contextmanager
def _read_errors(name: str) -> Iterator[None]:
    """Errors of the operating system in words, for what is read here."""
    try:
        yield
    except FileNotFoundError as error:
        is_pattern = any(letter in name for letter in "*?")
        fix = (
            "leave out quotation marks, so that the shell puts names there"
            if is_pattern
            else "check the path"
        )
        raise GroundtrainError(f"{name}: there is no such file", fix=fix) from error
    except IsADirectoryError as error:
        raise GroundtrainError(f"{name} is a directory", fix="name the manifest in it") from error
    except OSError as error:
        raise GroundtrainError(f"{name} cannot be read ({error.strerror})", fix=fix_for(error)) from error


def local_path(source: ManifestSource) -> Path | None:
    """The file that several processes can read at once; None where the manifest is none."""
    path = getattr(source, "path", None)
    return path if isinstance(path, Path) and path.is_file() else None


def _copy(stream: BinaryIO, file: BinaryIO, name: str, directory: str) -> None:
    while chunk := stream.read(_CHUNK):
        if shutil.disk_usage(directory).free < _KEPT_FREE:
            raise GroundtrainError(
                f"{name} has no end yet, and {directory} is nearly full",
                fix="write it to a file and name that, or set TMPDIR to a larger disk",
            )
        file.write(chunk)


@contextmanager
def spooled(stream: BinaryIO, *, name: str = "standard input") -> Iterator[FileManifest]:
    """A stream as a manifest that can be read repeatedly: copied to a temporary file."""
    with tempfile.TemporaryDirectory(prefix="groundtrain-") as directory:
        path = Path(directory, "stream")
        with path.open("wb") as file:
            _copy(stream, file, name, directory)
        yield FileManifest(path, name=name, uri="-")
