"""The lines of a file of labels that has one record a line."""

from collections.abc import Iterator
from pathlib import Path

from groundtrain.errors import ManifestError
from groundtrain.formats.wrong_file import refuse_binary
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import FileManifest
from groundtrain.rules.line_limits import MAX_LINE


def text_lines(path: Path, expected: str) -> Iterator[tuple[str, str]]:
    """File and number of each line that is not blank, and the line.

    Args:
        path: of the file.
        expected: what it should be, for messages: "a file of …".

    Raises:
        ManifestError: it is binary, a line is not UTF-8, or longer than a line of a manifest may be.
        GroundtrainError: it cannot be read.
    """
    refuse_binary(path, expected)
    manifest = FileManifest(path)
    for number, line in Lines(manifest.open()):
        place = f"{manifest.name} line {number}"
        if len(line) > MAX_LINE:
            raise ManifestError(
                f"{place} is longer than {MAX_LINE >> 20} MiB", fix="write one record on each line"
            )
        try:
            yield place, line.decode()
        except UnicodeDecodeError as error:
            raise ManifestError(f"{place} is not UTF-8", fix="save the file as UTF-8") from error
