"""Rewrite lines for the merged manifest: the name of the label attribute, ids and spellings of classes."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from groundtrain.dataset import edits
from groundtrain.errors import LabelAttributeError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.classes.new_class_ids import ClassIds
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import MergeableLine
from groundtrain.record_keys import Keys


class Rewriter:
    """Renames the label attribute, removes the others, and changes class ids and other spellings of names.

    Args:
        keys, classes: label attribute of the merged manifest, and names of its classes by id.
        spellings: other spellings of classes and what is taken for them, for each label attribute taken.
    """

    def __init__(
        self,
        merge_input: MergeInput,
        keys: Keys,
        classes: Sequence[str],
        spellings: Sequence[Mapping[str, str]],
    ) -> None:
        self._input, self._keys = merge_input, keys
        self._classes, fixed = classes, merge_input.label_type.by_reference
        self._ids = [ClassIds(classes, fixed=fixed, spellings=spelled) for spelled in spellings]
        self._new_keys = [dict(zip(taken, keys, strict=True)) for taken in merge_input.taken]
        self._other_keys = [merge_input.label_keys - set(taken) for taken in merge_input.taken]

    def rewrite(self, number: int, mergeable: MergeableLine, names: Mapping[str, str]) -> bytes:
        """Rewrite a line, with its class names by id.

        Raises:
            LabelAttributeError: the line has another attribute with the label's new name.
        """
        renamed, ids = self._renamed(number, mergeable), self._ids[mergeable.choice]
        if spelled := ids.respelled(names):
            renamed = edits.respell(renamed, self._keys, spelled)
        return edits.renumber(renamed, self._keys, self._input.label_type, ids.of_line(names))

    def repeated(self, mergeable: MergeableLine, names: Mapping[str, str]) -> Counter[str]:
        """Items of a list of classes that are not written, as their class is there under another id too."""
        if mergeable.record is None or not isinstance(mergeable.record.label, list):
            return Counter()
        ids = self._ids[mergeable.choice].of_line(names)
        if all(old == new for old, new in ids.items()):
            return Counter()
        listed = Counter(self._classes[ids[int(value)]] for value in mergeable.record.label)
        return listed - Counter(listed.keys())

    def _renamed(self, number: int, mergeable: MergeableLine) -> bytes:
        pieces, others = decode_pieces(mergeable.line), self._other_keys[mergeable.choice]
        kept = {key: piece for key, piece in pieces.items() if key not in others}
        if self._input.taken[mergeable.choice] == self._keys and len(kept) == len(pieces):
            return mergeable.line
        new_keys = self._new_keys[mergeable.choice]
        renamed = {new_keys.get(key, key): piece for key, piece in kept.items()}
        if len(renamed) < len(kept):
            raise LabelAttributeError(
                f"{self._input.source.name} line {number} has something else at {self._keys.label}"
                f" or {self._keys.metadata}",
                fix="choose another name for the label attribute",
            )
        return msgspec.json.encode(renamed)
