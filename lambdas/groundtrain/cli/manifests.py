"""The MANIFEST argument: a file, `-` for standard input, or an s3:// address."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest, ManifestSource, spooled

_ADDRESS_FIX = "write s3://bucket/key, or download it and name the file"

manifest_argument = click.argument("manifest")


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
        from groundtrain.aws.manifests import manifest_in_s3

        yield manifest_in_s3(manifest)
    elif "://" in manifest and not path.exists():
        raise GroundtrainError(f"{manifest}: {_other_address(manifest)}", fix=_ADDRESS_FIX)
    elif path.is_fifo() or path.is_socket() or path.is_char_device():
        with path.open("rb") as stream, spooled(stream, name=manifest) as source:
            yield source
    else:
        yield FileManifest(path)


def _other_address(manifest: str) -> str:
    scheme = manifest.partition("://")[0]
    if scheme.lower() == "s3":
        return "the scheme of an address in S3 is written s3, in small letters"
    return f"an address that begins with {scheme}:// is not read"
