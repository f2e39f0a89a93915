"""Which images a manifest names."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource


class _Line(Struct, rename={"source": "source-ref"}):
    source: str


def read_sources(manifest: ManifestSource) -> Iterator[str]:
    """The source-ref of each line, in order and repeated as there; lines without one say nothing here.

    Raises:
        ManifestError: the manifest cannot be read, or changed meanwhile.
    """
    decode = msgspec.json.Decoder(_Line).decode
    for _, line in Lines(manifest.open()):
        try:
            yield decode(line).source
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
