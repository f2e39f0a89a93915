"""Decide which side of the split a record is on.

1. An attribute of the line decides, if the settings name one (`split_attribute`) and the line has it.
2. Otherwise the record's group decides, so that the frames of one video are never split apart. A digest of
   the group's name is compared with thresholds: the lowest digests validate, the highest are for test. So the
   result is independent of order, no image changes sides when the dataset grows, and a share that is changed
   takes from training, or gives back to it, and leaves the third side as it is.
3. Where that leaves a side empty, as it may with few records, the group whose digest is nearest to the
   threshold goes there (see `empty_sides`). Once the dataset has grown by a record that belongs there, that
   group is back on its own side.
4. With `split = "stratified"` the groups are chosen beforehand instead, so that small datasets have every
   class on all sides: see `stratified`.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from groundtrain.dataset.split.sides import TEST, TRAIN, VALIDATION, Side, side_named
from groundtrain.json_text import decode_json, decode_pieces
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.settings.dataset_settings import DatasetSettings

_ABOVE_ALL = b"\xff" * 9  # a fingerprint has eight bytes


class Place(NamedTuple):
    """Where a record is.

    Attributes:
        side: the one that it is on.
        group: fingerprint of its group; b"" where the line states its side, so that no group decides.
        is_grouped: whether attribute or expression have named the group.
    """

    side: Side
    group: bytes = b""
    is_grouped: bool = False


class SplitRule:
    """Decides the side of each record.

    Args:
        settings: the shares of validation and test, and what defines a group: an attribute of the line, or
            a regular expression that is searched in the source, whose first group or whole match names the
            record's group. A source without either is its own group.
        chosen: sides of groups by their fingerprints, where they were chosen beforehand; others train.
        moved: sides of groups that are not on the side their digest says.
    """

    def __init__(
        self,
        settings: DatasetSettings,
        chosen: Mapping[bytes, Side] | None = None,
        moved: Mapping[bytes, Side] = {},
    ) -> None:
        self._end_of_validation = int(settings.validation * (1 << 64)).to_bytes(8, "big")
        self._start_of_test = _start_of(settings.test)
        self._pattern = re.compile(settings.group_by) if settings.group_by else None
        self._group_attribute = settings.group_attribute
        self._split_attribute = settings.split_attribute
        self._chosen, self._moved = chosen, moved
        self.needs_source_only = not (self._pattern or self._group_attribute or self._split_attribute)

    def stated(self, line: bytes) -> str:
        """The side that the line states, as one of `SIDES`; "" for none, or any other text."""
        if self._split_attribute is None:
            return ""
        text = _attribute(line, self._split_attribute)
        return side_named(text) or text

    def place(self, source: str, line: bytes = b"{}", stated: str = "") -> Place:
        """The record's place; `stated` is the side that its line states, a text that names none trains."""
        if stated:
            return Place(side_named(stated) or TRAIN)
        name, is_grouped = self.group(source, line)
        group = fingerprint(name)
        return Place(self.side_of(group), group, is_grouped)

    def side_of(self, group: bytes) -> Side:
        """The side of all records of the group with this fingerprint."""
        if self._chosen is not None:
            return self._chosen.get(group, TRAIN)
        if group in self._moved:
            return self._moved[group]
        if group < self._end_of_validation:
            return VALIDATION
        return TRAIN if group < self._start_of_test else TEST

    def group(self, source: str, line: bytes = b"{}") -> tuple[str, bool]:
        """Name of the source's group, and whether attribute or expression have named it."""
        if self._group_attribute is not None and (name := _attribute(line, self._group_attribute)):
            return f"{self._group_attribute}={name}", True
        match = self._pattern.search(source) if self._pattern else None
        if match is None:
            return source, False
        name = match[1] if match.re.groups else match[0]
        return name or source, bool(name)


def _start_of(test: float) -> bytes:
    """The lowest fingerprint of the test side: the one at the end of which a share this large lies."""
    size = int(test * (1 << 64))
    return ((1 << 64) - size).to_bytes(8, "big") if size else _ABOVE_ALL


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
