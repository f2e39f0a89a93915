"""The manifest that a call names: a file, `-` for standard input, or an s3:// address."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from groundtrain.dataset.passes.line_reading import Workers
from groundtrain.errors import GroundtrainError
from groundtrain.input_files import fix_for, other_kind
from groundtrain.manifest.source import FileManifest, ManifestSource, shown_name, spooled

Watch = Callable[[ManifestSource], AbstractContextManager[ManifestSource]]
"""Shows how far a manifest has been read while it is read."""

_ADDRESS_FIX = "write s3://bucket/key, or download it and name the file"

_LARGE, _LARGE_FOR_NEW = 16 << 20, 64 << 20  # bytes; below, copies of a process or new ones save nothing


def workers_for(source: ManifestSource, number: int | None) -> Workers:
    """The processes that read a manifest; `number` is what was asked for, if anything was."""
    if number is None:
        number = cores() if _is_large(source.size) else 1
    return Workers(number)


def _is_large(size: int) -> bool:
    """Whether several processes read so many bytes sooner than one."""
    if size < _LARGE:
        return False
    from groundtrain.child_processes import may_fork  # what starts processes takes 10 ms to load

    return size >= _LARGE_FOR_NEW or may_fork()


def cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def opened_manifest(manifest: str) -> Iterator[ManifestSource]:
    """The manifest at this path or address; input that can be read only once, such as a pipe, is copied.

    Raises:
        GroundtrainError: it does not exist, or cannot be read; for a file only when it is read.
    """
    path = Path(manifest)
    if manifest == "-":
        with spooled(sys.stdin.buffer) as source:
            yield source
    elif manifest.startswith("s3://"):
        from groundtrain.aws.manifest_store import manifest_in_s3  # boto3 takes a second to load

        yield manifest_in_s3(manifest)
    elif "://" in manifest and not path.exists():
        raise GroundtrainError(f"{manifest}: {_other_address(manifest)}", fix=_ADDRESS_FIX)
    elif _is_pipe(path):
        with path.open("rb") as stream, spooled(stream, name=shown_name(manifest)) as source:
            yield source
    else:
        yield FileManifest(path)


def _is_pipe(path: Path) -> bool:
    """Whether it can be read once only; folders, and what is not there, are left to whoever reads them.

    Raises:
        GroundtrainError: it is a device or a socket, which may have no end, or cannot be looked at.
    """
    try:
        kind = other_kind(path)
    except OSError as error:
        raise GroundtrainError(f"{shown_name(path)}: {error.strerror}", fix=fix_for(error)) from error
    if kind in ("a device", "a socket"):
        raise GroundtrainError(
            f"{shown_name(path)} is {kind}, and no manifest", fix="name a file, or - for standard input"
        )
    return kind == "a named pipe"


def _other_address(manifest: str) -> str:
    scheme = manifest.partition("://")[0]
    if scheme.lower() == "s3":
        return "the scheme of an address in S3 is written s3, in small letters"
    return f"an address that begins with {scheme}:// is not read"
