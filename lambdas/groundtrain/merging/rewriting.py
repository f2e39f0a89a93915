"""Rewrite a line of one manifest for the merged one; unchanged parts keep their bytes."""

from collections.abc import Mapping

import msgspec

from groundtrain.dataset import edits
from groundtrain.decoding import decode_pieces
from groundtrain.errors import LabelAttributeError
from groundtrain.manifest.class_map import ClassIds
from groundtrain.manifest.keys import Keys
from groundtrain.merging.inputs import Input


class Rewriter:
    """Renames the label attribute, removes the others, and changes class ids."""

    def __init__(self, given: Input, keys: Keys, ids: ClassIds) -> None:
        self._input, self._keys, self._ids = given, keys, ids
        self._new_keys = dict(zip(given.keys, keys, strict=True))

    def rewrite(self, number: int, line: bytes, names: Mapping[str, str]) -> bytes:
        """Rewrite a line, given its class names by id.

        Raises:
            LabelAttributeError: the line has another attribute with the label's new name.
        """
        renamed = self._renamed(number, line)
        return edits.renumber(renamed, self._keys, self._input.label_type, self._ids.of_line(names))

    def _renamed(self, number: int, line: bytes) -> bytes:
        pieces = decode_pieces(line)
        kept = {key: piece for key, piece in pieces.items() if key not in self._input.other_keys}
        if self._input.keys == self._keys and len(kept) == len(pieces):
            return line
        renamed = {self._new_keys.get(key, key): piece for key, piece in kept.items()}
        if len(renamed) < len(kept):
            raise LabelAttributeError(
                f"{self._input.source.name} line {number} has something else at {self._keys.label}"
                f" or {self._keys.metadata}",
                fix="choose another name for the label attribute",
            )
        return msgspec.json.encode(renamed)
