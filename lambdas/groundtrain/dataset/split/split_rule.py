"""Decide which side of the split a record is on.

1. An attribute of the line decides, if the settings name one (`split_attribute`) and the line has it.
2. Otherwise the record's group decides, so that the frames of one video are never split apart. A digest of
   the group's name is compared with a threshold: the result is independent of order, and no image changes
   sides when the dataset grows.
3. Where that leaves a side empty, as it may with few records, the group whose digest is nearest to the
   threshold goes there. Once the dataset has grown by a record that belongs there, that group is back on its
   own side.
4. With `split = "stratified"` the groups are chosen beforehand instead, so that small datasets have every
   class on both sides: see `stratified`.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from groundtrain.json_text import decode_json, decode_pieces
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.settings.dataset_settings import DatasetSettings

TRAIN, VALIDATION = "train", "validation"
_SPELLINGS = {
    "train": TRAIN,
    "training": TRAIN,
    "validation": VALIDATION,
    "val": VALIDATION,
    "valid": VALIDATION,
}


class Place(NamedTuple):
    """Where a record is.

    Attributes:
        validates: whether it is on the validation side.
        group: fingerprint of its group; b"" where the line states its side, so that no group decides.
        is_grouped: whether attribute or expression have named the group.
    """

    validates: bool
    group: bytes = b""
    is_grouped: bool = False


class SplitRule:
    """Decides the side of each record.

    Args:
        settings: the validation share, and what defines a group: an attribute of the line, or a regular
            expression that is searched in the source, whose first group or whole match names the record's
            group. A source without either is its own group.
        chosen: fingerprints of the validation groups, if they were chosen beforehand.
        moved: fingerprint of the group that is not on the side its digest says.
    """

    def __init__(
        self, settings: DatasetSettings, chosen: Collection[bytes] | None = None, moved: bytes | None = None
    ) -> None:
        self._threshold = int(settings.validation * (1 << 64)).to_bytes(8, "big")
        self._pattern = re.compile(settings.group_by) if settings.group_by else None
        self._group_attribute = settings.group_attribute
        self._split_attribute = settings.split_attribute
        self._chosen, self._moved = chosen, moved
        self.needs_source_only = not (self._pattern or self._group_attribute or self._split_attribute)

    def stated(self, line: bytes) -> str:
        """The side that the line states: `TRAIN`, `VALIDATION`, "" for none, or any other text."""
        if self._split_attribute is None:
            return ""
        text = _attribute(line, self._split_attribute)
        return _SPELLINGS.get(text.lower(), text)

    def place(self, source: str, line: bytes = b"{}", stated: str = "") -> Place:
        """The record's place; `stated` is the side that its line states."""
        if stated:
            return Place(stated == VALIDATION)
        name, is_grouped = self.group(source, line)
        group = fingerprint(name)
        return Place(self.validates(group), group, is_grouped)

    def validates(self, group: bytes) -> bool:
        """True where the records of the group with this fingerprint are on the validation side."""
        if self._chosen is not None:
            return group in self._chosen
        return (group < self._threshold) is not (group == self._moved)

    def group(self, source: str, line: bytes = b"{}") -> tuple[str, bool]:
        """Name of the source's group, and whether attribute or expression have named it."""
        if self._group_attribute is not None and (name := _attribute(line, self._group_attribute)):
            return f"{self._group_attribute}={name}", True
        match = self._pattern.search(source) if self._pattern else None
        if match is None:
            return source, False
        name = match[1] if match.re.groups else match[0]
        return name or source, bool(name)


def _attribute(line: bytes, name: str) -> str:
    """An attribute of the line: text as it is, other values as JSON, "" when missing or null.

    Reading a line skips what no label needs, so the value may still be one that does not decode.
    """
    piece = decode_pieces(line).get(name)
    if piece is None:
        return ""
    try:
        value = decode_json(bytes(piece), object)
    except msgspec.DecodeError:
        return bytes(piece).decode(errors="backslashreplace")
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
