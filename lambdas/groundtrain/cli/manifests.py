"""The MANIFEST argument: a file, `-` for standard input, or an s3:// address."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from groundtrain.manifest.source import FileManifest, ManifestSource, spooled

manifest_argument = click.argument("manifest")


@contextmanager
def opened_manifest(manifest: str) -> Iterator[ManifestSource]:
    """The manifest that is meant.

    Raises:
        GroundtrainError: it is not there, or may not be read; of a file that is told when it is read.
    """
    if manifest == "-":
        with spooled(sys.stdin.buffer) as spooled_source:
            yield spooled_source
    elif manifest.startswith("s3://"):
        from groundtrain.aws.manifests import opened_in_s3

        with opened_in_s3(manifest) as source:
            yield source
    else:
        yield FileManifest(Path(manifest))
