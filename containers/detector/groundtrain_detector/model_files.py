"""The files of a model, from a folder or from SageMaker's model.tar.gz, of which nothing is unpacked."""

import lzma
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundtrain_detector.errors import UnreadableModelError
from groundtrain_detector.model_description import DESCRIPTION, WEIGHTS

MOST_BYTES = {DESCRIPTION: 1 << 24, WEIGHTS: 1 << 31}
_DAMAGED = (OSError, EOFError, tarfile.TarError, zlib.error, lzma.LZMAError)
_PIECE = 1 << 20


def model_files(place: Path) -> dict[str, bytes]:
    """Description and weights by file name.

    Other entries of an archive are passed over; what is taken must be a regular file at its top, so that no
    name and no link of an archive leads anywhere.

    Raises:
        UnreadableModelError: there is no such folder or archive, it is damaged, a file is missing, or it is
            too large.
    """
    try:
        files = dict(_of_folder(place) if place.is_dir() else _of_archive(place))
    except _DAMAGED as error:
        raise UnreadableModelError(f"{place} cannot be read as a model: {error}") from error
    for name in MOST_BYTES:
        if name not in files:
            raise UnreadableModelError(f"{place} holds no {name}: is it a model of this detector?")
    return files


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, most in MOST_BYTES.items():
        file = folder / name
        if file.is_file():
            _refuse_larger(name, file.stat().st_size, most)
            yield name, file.read_bytes()


def _of_archive(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive, "r:*") as opened:
        for member in opened:
            name = posixpath.normpath(member.name)
            content = opened.extractfile(member) if name in MOST_BYTES and member.isreg() else None
            if content is not None:
                _refuse_larger(name, member.size, MOST_BYTES[name])
                yield name, content.read()
        _read_to_end(opened.fileobj)


def _read_to_end(stream: Any) -> None:
    """The checksum of a compressed file is compared behind its last byte, and tarfile stops before that."""
    while stream.read(_PIECE):
        pass


def _refuse_larger(name: str, size: int, most: int) -> None:
    if size > most:
        raise UnreadableModelError(f"{name} has {size:,} bytes, and at most {most:,} are read")
