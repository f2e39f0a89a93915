"""Add the metadata that lines lack, from what is known elsewhere, so that all readers see one shape of line.

SageMaker reads the source and the label, and no metadata. Names of classes come from the label category file,
or else from other lines, or else the ids stand for them.
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from groundtrain.decoding import decode_pieces
from groundtrain.manifest.class_map import ClassesSeen, listed_classes
from groundtrain.manifest.explain import DECODE_ERRORS
from groundtrain.manifest.keys import Keys
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.spelling import spell_plainly
from groundtrain.manifest.limits import MAX_LINE
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.reading import record_type
from groundtrain.manifest.rules.findings import Finding
from groundtrain.manifest.source import ManifestSource
from groundtrain.quantities import first_few, quantity

_SHOWN = 10
_NULL, _FAILURE = b"null", "failure-reason"


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

    def complete(self, line: bytes) -> bytes:
        """The line with the metadata it lacks; the same bytes when it lacks none, or none can be added."""
        record = without_comma(line)
        try:
            pieces = decode_pieces(record)
            metadata = decode_pieces(pieces.get(self._keys.metadata, Raw(b"{}")))
            names = msgspec.json.decode(metadata.get(self._type.names_key, Raw(_NULL)))
            kind = msgspec.json.decode(metadata.get("type", Raw(_NULL)))
        except DECODE_ERRORS:
            return line
        label = pieces.get(self._keys.label, Raw(_NULL))
        has_other_type = kind is not None and str(kind).lower() != self._type.name
        if self._keys.source not in pieces or bytes(label) == _NULL or _FAILURE in metadata or has_other_type:
            return line
        added = self._added(label, names)
        if added is None or (kind is not None and added == names):
            return line
        self._count(self._keys.metadata in pieces, kind is not None)
        whole = {**metadata, "type": kind or self._type.name, self._type.names_key: added}
        return msgspec.json.encode({**pieces, self._keys.metadata: whole}) + b"," * (record is not line)

    def findings(self, records: int) -> Iterator[Finding]:
        """GT250 and GT320 on the lines that were completed, of so many."""
        for lack, count in self.lacking.items():
            message = (
                f"{count:,} of {quantity(records, 'line')} {lack}: read as {self._type.name}{self._origin()}"
            )
            yield Finding("GT250", 0, "$", message)
        if self.unnamed:
            named = f"nothing names {_in_words(self.unnamed)}: the ids stand for the names"
            yield Finding("GT320", 0, "$", named)
        if self.ambiguous:
            several = (
                f"lines give {_in_words(self.ambiguous)} several names: which is meant where none is given"
            )
            yield Finding("GT320", 0, "$", f"{several} is unknown, and such lines are left out")

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


class CompletedManifest:
    """A manifest whose lines have the metadata that they lack; all other lines are its own.

    Attributes:
        completer: what it counts is that of the last pass.
        incomplete: the manifest as it is.
    """

    def __init__(self, source: ManifestSource, completer: Completer) -> None:
        self.incomplete, self.completer = source, completer

    @property
    def name(self) -> str:
        """As of the manifest itself; so are address, size and identity."""
        return self.incomplete.name

    @property
    def uri(self) -> str:
        """See `ManifestSource.uri`."""
        return self.incomplete.uri

    @property
    def size(self) -> int:
        """See `ManifestSource.size`."""
        return self.incomplete.size

    def etag(self) -> str:
        """See `ManifestSource.etag`."""
        return self.incomplete.etag()

    def open(self) -> Iterator[bytes]:
        """The bytes with the metadata added; see `ManifestSource.open`."""
        for counted in (self.completer.lacking, self.completer.unnamed, self.completer.ambiguous):
            counted.clear()
        rest = b""
        for chunk in self.incomplete.open():
            *lines, rest = (rest + chunk).split(b"\n")
            yield b"".join(self._completed(line) + b"\n" for line in lines)
            if len(rest) > MAX_LINE:  # the line is too long to be read, and must not be held
                yield rest
                rest = b""
        yield self._completed(rest)

    def _completed(self, line: bytes) -> bytes:
        record = line.removeprefix(BOM_UTF8)
        if not record or len(record) > MAX_LINE:
            return line
        completed = self.completer.complete(record)
        return line if completed is record else line[: len(line) - len(record)] + completed


def completed(
    source: ManifestSource, keys: Keys, label_type: LabelType, listed: Sequence[str] = ()
) -> ManifestSource:
    """The manifest, with the metadata that its lines lack; the same source when none can be added.

    It is read once more, and twice more if a line lacks something. `listed` are the names in the label
    category file, in order.
    """
    if label_type.label_ids is None:
        return source
    completer = Completer(keys, label_type, listed)
    if not any(completer.may_complete(line) for _, line in Lines(source.open())):
        return source
    completer.learn(Lines(source.open()))
    if all(completer.complete(line) is line for _, line in Lines(source.open())) and not completer.ambiguous:
        return source
    return CompletedManifest(source, completer)


def added(source: ManifestSource, records: int) -> Iterator[Finding]:
    """What was added to the lines of a manifest, of so many, in its last pass: GT250 and GT320."""
    while isinstance(source, CompletedManifest):
        yield from source.completer.findings(records)
        source = source.incomplete


def _in_words(ids: Iterable[str]) -> str:
    numbers: list[str] = sorted(ids, key=lambda i: (len(i), i))
    return f"class id{'s' * (len(numbers) > 1)} {first_few(numbers, _SHOWN)}"
