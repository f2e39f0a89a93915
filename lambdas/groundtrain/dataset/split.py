"""Decide which side of the split a record is on.

1. An attribute of the line decides, if the settings name one (`split_attribute`) and the line has it.
2. Otherwise the record's group decides, so that the frames of one video are never split apart. A digest of
   the group's name is compared with a threshold: the result is independent of order, and no image changes
   sides when the dataset grows.
3. Where that leaves a side empty, as it may with few records, the group whose digest is nearest to the
   threshold goes there. Once the dataset has grown by a record that belongs there, that group is back on its
   own side.
4. With `split = "stratified"` the groups are chosen beforehand instead, so that small datasets have every
   class on both sides: see `strata`.
"""

import re
from collections.abc import Collection

import msgspec

from groundtrain.json_decoding import decode_json, decode_pieces
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


class SplitRule:
    """Decides the side of each record.

    Args:
        settings: the validation share, and what defines a group: an attribute of the line, or a regular
            expression that is searched in the source, whose first group or whole match names the record's
            group. A source without either is its own group.
        chosen: fingerprints of the validation groups, if they were chosen beforehand.
        moved: fingerprint of the group that is not on the side its digest says.

    Attributes:
        has_matched: whether attribute or expression have named a group so far.
        has_stated: whether a line has stated its side so far.
    """

    def __init__(
        self, settings: DatasetSettings, chosen: Collection[bytes] | None = None, moved: bytes | None = None
    ) -> None:
        self._threshold = int(settings.validation * (1 << 64)).to_bytes(8, "big")
        self._pattern = re.compile(settings.group_by) if settings.group_by else None
        self._group_attribute = settings.group_attribute
        self._split_attribute = settings.split_attribute
        self._source_is_group = not (settings.group_by or settings.group_attribute)
        self._chosen, self._moved = chosen, moved
        self._lowest, self._highest = b"", b""
        self.has_matched = self.has_stated = False

    def stated(self, line: bytes) -> str:
        """The side that the line states: `TRAIN`, `VALIDATION`, "" for none, or any other text."""
        if self._split_attribute is None:
            return ""
        says = _attribute(line, self._split_attribute)
        self.has_stated = self.has_stated or bool(says)
        return _SPELLINGS.get(says.lower(), says)

    def validates(self, source: str, mark: bytes | None = None, line: bytes = b"{}") -> bool:
        """True for the validation side; `mark` is the fingerprint of the source, if it is known."""
        if self._split_attribute is not None and (says := self.stated(line)):
            return says == VALIDATION
        group = self.group_mark(source, mark, line)
        if self._chosen is not None:
            return group in self._chosen
        if group > self._highest:
            self._highest = group
        if group < self._lowest or not self._lowest:
            self._lowest = group
        return (group < self._threshold) is not (group == self._moved)

    def nearest(self, *, to_validation: bool) -> bytes | None:
        """The group that would be the first on the empty side; None when that would empty the other.

        Only records whose side no line states count.
        """
        if self._chosen is not None or self._moved is not None:
            return None
        if self._lowest == self._highest and not self.has_stated:
            return None
        return (self._lowest if to_validation else self._highest) or None

    def group_mark(self, source: str, mark: bytes | None = None, line: bytes = b"{}") -> bytes:
        """The fingerprint of the source's group."""
        if self._source_is_group and mark is not None:
            return mark
        return fingerprint(self.group(source, line))

    def group(self, source: str, line: bytes = b"{}") -> str:
        """Name of the source's group."""
        if self._group_attribute is not None and (name := _attribute(line, self._group_attribute)):
            self.has_matched = True
            return f"{self._group_attribute}={name}"
        match = self._pattern.search(source) if self._pattern else None
        if match is None:
            return source
        name = match[1] if match.re.groups else match[0]
        self.has_matched = self.has_matched or bool(name)
        return name or source


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
