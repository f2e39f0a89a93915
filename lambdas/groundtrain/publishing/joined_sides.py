"""The manifests of a split as one, whose lines say on which side they are: what the pipeline takes."""

from pathlib import Path

import msgspec
from msgspec import Raw

from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.output_files import replaced_file


def join_sides(given: GivenManifests, attribute: str, output: Path) -> None:
    """Write the lines of all, each with the side of its manifest under this attribute.

    Lines that are no records are copied as they are, to be told as such.

    Raises:
        ManifestError: a manifest cannot be read.
        SettingsError: the file cannot be written.
    """
    with replaced_file(output) as file:
        for side, source in given.sources.items():
            stated = Raw(msgspec.json.encode(side))
            for _, line in Lines(source.open()):
                file.write(_with(line, attribute, stated) + b"\n")


def _with(line: bytes, attribute: str, stated: Raw) -> bytes:
    try:
        pieces = decode_pieces(without_comma(line))
    except DECODE_ERRORS:
        return line
    return msgspec.json.encode({**pieces, attribute: stated})
