"""Add the metadata that lines lack, from what is known elsewhere, so that all readers see one shape of line.

SageMaker reads the source and the label, and no metadata. Names of classes come from the label category file,
or else from other lines, or else the ids stand for them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.classes.new_class_ids import listed_classes
from groundtrain.manifest.label_types.label_type import LabelType, record_type
from groundtrain.manifest.label_types.spelling import spell_plainly
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.quantities import first_few, quantity
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding

_SHOWN = 10
_NULL, _FAILURE = b"null", "failure-reason"
_OF_MISSING_METADATA = frozenset(("GT203", "GT205", "GT301", "GT302"))


class Completer:
    """Adds metadata to the lines of one label attribute, once the names of its classes were learned.

    Args:
        listed: names in the label category file, in order.

    Attributes:
        lacking: completed lines by what they lacked, in words.
        unnamed: class ids that nothing names.
        ambiguous: class ids that other lines give several names, so that the line is not completed.
    """

    def __init__(self, keys: Keys, label_type: LabelType, listed: Sequence[str]) -> None:
        names = listed_classes(label_type, listed) if listed else ()
        self.listed = {str(i): name for i, name in enumerate(names)}
        self.lacking: Counter[str] = Counter()
        self.unnamed: set[str] = set()
        self.ambiguous: set[str] = set()
        self._keys, self._type = keys, label_type
        self._learned: dict[str, str | None] = {}
        self._decode_record = msgspec.json.Decoder(record_type(keys, label_type)).decode
        self._needles = [f'"{key}"'.encode() for key in (keys.metadata, "type", label_type.names_key)]

    def may_complete(self, line: bytes) -> bool:
        """False for a line that surely lacks nothing; quick."""
        if self._type.label_ids is None:
            return False
        return bool(self.listed) or _NULL in line or not all(needle in line for needle in self._needles)

    def learn(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """Take the names of classes from those lines that have them."""
        seen = ClassesSeen()
        for _, line in lines:
            try:
                seen.add(self._type.class_names(self._decode_record(line)))
            except DECODE_ERRORS:
                continue
        self._learned = seen.by_id()

    def could_use(self, line: bytes, codes: Collection[str]) -> bool:
        """Whether a line that is rejected under these rules lacks metadata that may be added."""
        return not _OF_MISSING_METADATA.isdisjoint(codes) and self.may_lack(line)

    def may_lack(self, line: bytes) -> bool:
        """False for a line that is whole, or to which nothing can be added; as quick as the line allows."""
        if not self.may_complete(line) or (self.listed and self._is_whole(line)):
            return False
        return self._parts(without_comma(line)) is not None

    def complete(self, line: bytes) -> bytes:
        """The line with the metadata it lacks; the same bytes when it lacks none, or none can be added."""
        if not self.may_complete(line) or (self.listed and self._is_whole(line)):
            return line
        record = without_comma(line)
        if (parts := self._parts(record)) is None:
            return line
        pieces, metadata, names, kind = parts
        added = self._added(pieces[self._keys.label], names)
        if added is None or (kind is not None and added == names):
            return line
        self._count(self._keys.metadata in pieces, kind is not None)
        whole = {**metadata, "type": kind or self._type.name, self._type.names_key: added}
        return msgspec.json.encode({**pieces, self._keys.metadata: whole}) + b"," * (record is not line)

    def _parts(self, record: bytes) -> tuple[dict[str, Raw], dict[str, Raw], Any, Any] | None:
        """The pieces of line and metadata, names and type; None where there is no label to complete."""
        try:
            pieces = decode_pieces(record)
            metadata = decode_pieces(pieces.get(self._keys.metadata, Raw(b"{}")))
            names = msgspec.json.decode(metadata.get(self._type.names_key, Raw(_NULL)))
            kind = msgspec.json.decode(metadata.get("type", Raw(_NULL)))
        except DECODE_ERRORS:
            return None
        label = pieces.get(self._keys.label, Raw(_NULL))
        has_other_type = kind is not None and str(kind).lower() != self._type.name
        if self._keys.source not in pieces or bytes(label) == _NULL or _FAILURE in metadata or has_other_type:
            return None
        is_whole = kind is not None and names is not None and not self.listed
        return None if is_whole else (pieces, metadata, names, kind)

    def _is_whole(self, line: bytes) -> bool:
        """Whether the line can be read as it is, and names each of its classes by more than its id."""
        try:
            record = self._decode_record(line)
        except DECODE_ERRORS:
            return False
        names = self._type.class_names(record)
        ids = map(str, self._type.summarize(record).classes)
        return all(names.get(i, i) != i for i in ids)

    def findings(self, records: int) -> Iterator[Finding]:
        """GT250 and GT320 on the lines that were completed, of so many."""
        for lack, count in self.lacking.items():
            message = (
                f"{count:,} of {quantity(records, 'line')} {lack}: read as {self._type.name}{self._origin()}"
            )
            yield Finding.on_file("GT250", message)
        if self.unnamed:
            named = f"nothing names {_in_words(self.unnamed)}: the ids stand for the names"
            yield Finding.on_file("GT320", named)
        if self.ambiguous:
            several = (
                f"lines give {_in_words(self.ambiguous)} several names: which is meant where none is given"
            )
            yield Finding.on_file("GT320", f"{several} is unknown, and such lines are left out")

    def _origin(self) -> str:
        if self.listed:
            return ", with the names of the label category file"
        return ", with the names of other lines" if self._learned else ""

    def _count(self, has_metadata: bool, has_type: bool) -> None:
        if not has_metadata:
            self.lacking[f"with {self._keys.label} and without {self._keys.metadata}"] += 1
        elif not has_type:
            self.lacking[f"without a type in {self._keys.metadata}"] += 1
        else:
            self.lacking[f"that do not name all classes in {self._keys.metadata}"] += 1

    def _added(self, label: Raw, names: Any) -> Any:
        """The value of the key that holds names, with those that are known; None if one is ambiguous."""
        wanted = self._ids(label)
        if names is not None and not self._stand_in(names, wanted):
            return names
        if isinstance(names, dict):
            missing = {i: self.listed[i] for i in wanted if names.get(i, i) == i and i in self.listed}
            return {**names, **self._type.names_value(missing)}
        found = {i: self._name(i) for i in wanted}
        if None in found.values():
            self.ambiguous.update(i for i, name in found.items() if name is None)
            return None
        return self._type.names_value({i: name for i, name in found.items() if name is not None})

    def _stand_in(self, names: Any, ids: tuple[str, ...]) -> bool:
        """Whether the category file names a class that the line does not, or calls by its id."""
        if self._type.by_reference:
            return False
        on_line = names if isinstance(names, dict) else dict.fromkeys(ids, names)
        return any(i in self.listed and on_line.get(i, i) == i for i in ids)

    def _ids(self, label: Raw) -> tuple[str, ...]:
        """Ids as text; all that are known, where the label does not show which it holds."""
        assert self._type.label_ids is not None
        if self._type.by_reference:
            return tuple(self.listed or self._learned)
        try:
            plain, _ = spell_plainly(msgspec.json.decode(label), self._type.label)
            ids = self._type.label_ids(msgspec.convert(plain, self._type.label))
            return tuple(dict.fromkeys(map(str, ids)))
        except DECODE_ERRORS:
            return ()  # what is wrong with the label is told once the line has metadata

    def _name(self, class_id: str) -> str | None:
        """None where lines give the class several names."""
        if class_id in self.listed:
            return self.listed[class_id]
        if class_id not in self._learned:
            self.unnamed.add(class_id)
        return self._learned.get(class_id, class_id)


def _in_words(ids: Iterable[str]) -> str:
    numbers: list[str] = sorted(ids, key=lambda i: (len(i), i))
    return f"class id{'s' * (len(numbers) > 1)} {first_few(numbers, _SHOWN)}"
