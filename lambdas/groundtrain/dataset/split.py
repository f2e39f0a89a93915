"""Which side of the split a record is on, in the order in which it is told.

What an attribute of the line says, where the settings name one (`split_attribute`). Else the record's group,
so that frames of one video, say, are never split apart: a digest of the group's name decides, not chance and
not order, and when the dataset grows, no image changes sides. Where that would leave a class on one side only
(small datasets), `split = "stratified"` has the groups chosen beforehand: see `strata`.
"""

import re
from collections.abc import Collection

import msgspec
from msgspec import Raw

from groundtrain.manifest.sources_seen import fingerprint
from groundtrain.settings.dataset import DatasetSettings

TRAIN, VALIDATION = "train", "validation"
_SPELLINGS = {
    "train": TRAIN,
    "training": TRAIN,
    "validation": VALIDATION,
    "val": VALIDATION,
    "valid": VALIDATION,
}

_decode_pieces = msgspec.json.Decoder(dict[str, Raw]).decode


class SplitRule:
    """Tells the side of each record.

    Args:
        settings: the share that validates, and what makes a group: an attribute of the line, or a regular
            expression looked for in the source, of which the first group, or the whole match, names the
            record's group. A source without either is its own group.
        chosen: fingerprints of the groups that validate, where they were chosen beforehand.

    Attributes:
        has_matched: whether attribute or expression have named a group so far.
    """

    def __init__(self, settings: DatasetSettings, chosen: Collection[bytes] | None = None) -> None:
        self._threshold = int(settings.validation * (1 << 64)).to_bytes(8, "big")
        self._pattern = re.compile(settings.group_by) if settings.group_by else None
        self._group_attribute = settings.group_attribute
        self._split_attribute = settings.split_attribute
        self._source_is_group = not (settings.group_by or settings.group_attribute)
        self._chosen = chosen
        self.has_matched = False

    def stated(self, line: bytes) -> str:
        """What the line itself says: `TRAIN`, `VALIDATION`, "" for nothing, or whatever else is there."""
        if self._split_attribute is None:
            return ""
        says = _attribute(line, self._split_attribute)
        return _SPELLINGS.get(says.lower(), says)

    def validates(self, source: str, mark: bytes | None = None, line: bytes = b"{}") -> bool:
        """True for a record of the validation side; `mark` is the source's fingerprint, if it is known."""
        if self._split_attribute is not None and (says := self.stated(line)):
            return says == VALIDATION
        group = self.group_mark(source, mark, line)
        return group < self._threshold if self._chosen is None else group in self._chosen

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
    """An attribute of the line as text, "" where it is not there or null; what is no text as JSON."""
    piece = _decode_pieces(line).get(name)
    value = None if piece is None else msgspec.json.decode(piece)
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
