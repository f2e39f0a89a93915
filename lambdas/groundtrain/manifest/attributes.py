"""Label attributes: which a manifest has, and which one is meant.

A label attribute is a key with a companion `<key>-metadata` that says what kind of label it is.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.explain import DECODE_ERRORS
from groundtrain.manifest.lines import MAX_LINE, Lines
from groundtrain.manifest.source import ManifestSource

METADATA = "-metadata"

_ENOUGH = 1000
_decode_pieces = msgspec.json.Decoder(dict[str, Raw]).decode


class LabelAttribute(Struct, frozen=True):
    """A label attribute, as the first line that has it describes it.

    Attributes:
        type: as Ground Truth spells it, such as "groundtruth/object-detection".
        job: name of the labeling job, "" when not given.
        created: date and time as given, "" when not given.
    """

    name: str
    type: str
    job: str = ""
    created: str = ""

    def __str__(self) -> str:
        job = f", job {self.job}" if self.job else ""
        return f"{self.name} ({self.type}{job}{f', {self.created[:10]}' if self.created else ''})"


class _Metadata(Struct, rename="kebab"):
    type: str
    job_name: Any = ""
    creation_date: Any = ""


def label_attribute(pieces: dict[str, Raw], name: str) -> LabelAttribute | None:
    """The label attribute of this name on a line, None when the line does not say what it is."""
    piece = pieces.get(name + METADATA)
    if piece is None:
        return None
    try:
        metadata = msgspec.json.decode(piece, type=_Metadata)
    except DECODE_ERRORS:
        return None
    job = str(metadata.job_name).removeprefix("labeling-job/")
    return LabelAttribute(name, metadata.type, job, str(metadata.creation_date))


def survey(lines: Iterable[tuple[int, bytes]]) -> dict[str, LabelAttribute]:
    """Label attributes of these lines by name, in the order in which they appear."""
    found: dict[str, LabelAttribute] = {}
    for _, line in lines:
        for attribute in _on_line(line):
            found.setdefault(attribute.name, attribute)
    return found


def find_label(source: ManifestSource, wanted: str | None) -> LabelAttribute:
    """The label attribute that is wanted, or the only one there is.

    Only the beginning of the manifest is read when it gives the answer.

    Raises:
        LabelAttributeError: the one wanted is not there, or several are and none was chosen.
        ManifestError: there is none.
    """
    found = survey(islice(Lines(source.open()), _ENOUGH))
    if not found or (wanted and wanted not in found):
        found = survey(Lines(source.open()))
    return choose(source, found, wanted)


def choose(source: ManifestSource, found: dict[str, LabelAttribute], wanted: str | None) -> LabelAttribute:
    """As `find_label`, from those found."""
    there = "; ".join(map(str, found.values()))
    if not found:
        raise ManifestError(
            f"{source.name} has no label attribute",
            fix="take a labeling job's output.manifest: its lines have keys such as boxes and boxes-metadata",
        )
    if wanted is None and len(found) > 1:
        raise LabelAttributeError(
            f"{source.name} has {len(found)} label attributes", fix=f"choose one of: {there}"
        )
    if wanted is not None and wanted not in found:
        raise LabelAttributeError(f"{source.name} has no label attribute {wanted}", fix=f"there are: {there}")
    return found[wanted or next(iter(found))]


def _on_line(line: bytes) -> list[LabelAttribute]:
    if len(line) > MAX_LINE:
        return []
    try:
        pieces = _decode_pieces(line)
    except DECODE_ERRORS:
        return []
    names = [key.removesuffix(METADATA) for key in pieces if key.endswith(METADATA)]
    return [found for name in names if (found := label_attribute(pieces, name))]
