"""One line of a manifest becomes a record with the findings on it.

A line is decoded once, straight into its typed record. The record's summary, the form of its addresses and
the number of quotation marks then tell which rules can find nothing; only the others are applied.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.address_checks import JPG_OR_PNG, address_faults, is_plain, no_jpg_or_png
from groundtrain.manifest.input_manifest_limits import find_excess
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, label_names
from groundtrain.manifest.label_types.label_type import (
    LabelType,
    Record,
    RecordSummary,
    fetched_fields,
    record_type,
)
from groundtrain.manifest.label_types.spelling import spell_plainly
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS, explain, explain_overlooked
from groundtrain.printable_text import is_blank
from groundtrain.quantities import quantity
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE, MAX_LINE, MOST_ATTRIBUTES

_QUOTE = b'"'
_NOT_IN_S3 = {"source": "GT107", "label": "GT232"}
_NO_PIECES: Mapping[str, Raw] = {}  # one for all: a default is made anew for each
_OUTER_STRINGS = 4  # the three keys and the source


class Reading(Struct, gc=False):
    """A line that was read.

    Attributes:
        record: None when the line has no usable shape.
        findings: of all rules, in the order of their codes.
        output: the line as it is written: source, label and metadata, values byte for byte those of the line.
        summary: of the record; None without one.
        pieces: attributes of the line that was read, undecoded; none where it has no further ones and is
            written as it stands, and where there is no record.
    """

    record: Record | None
    findings: tuple[Finding, ...]
    output: bytes
    summary: RecordSummary | None = None
    pieces: Mapping[str, Raw] = {}


class RecordReader:
    """Reads the lines of one manifest for one label attribute.

    Attributes:
        keys: that are read.
        other_labels: label attributes beside the chosen one that were met on the way.
        dollar_name: an attribute whose name begins with $, "" when none was met.
    """

    def __init__(self, keys: Keys, label_type: LabelType, active: frozenset[str]) -> None:
        self.keys = keys
        self.other_labels: set[str] = set()
        self.dollar_name = keys.label if keys.label.startswith("$") else ""
        self._type, self._summarize, self._active = label_type, label_type.summarize, active
        self._checks = tuple((code, check) for code, check in label_type.checks.items() if code in active)
        self._decode = msgspec.json.Decoder(record_type(keys, label_type)).decode
        source, label, metadata = map(msgspec.json.encode, keys)
        self._source_first, self._label_key = b"{" + source, label + b":"
        self._keys_written = b"{%b:" % source, b",%b:" % label, b",%b:" % metadata
        self._fetches_source = is_fetched(keys.source)
        self._fetched = tuple(fetched_fields(keys, label_type))
        self._fetches_image = self._fetches_source and label_type.of_images and not label_type.alternative
        self._endings = JPG_OR_PNG if self._fetches_image else ("",)
        self._read_keys = {keys.label, keys.metadata}
        self._may_stand = label_type.renumber is not None  # others never did: equal input, equal output
        self._noted: tuple[str, ...] = ()

    def read(self, number: int, line: bytes, *, as_it_stands: bool = True) -> Reading:
        """Read the line of this number, as `Lines` gives it; a check that fails itself is a finding.

        Unless it may be written `as_it_stands`, white space between attributes is left out in any case.
        """
        try:
            return self._read(number, line, as_it_stands)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other lines are read
            saw = f"one of the checks failed: {type(error).__name__}: {error}"
            return Reading(None, (Finding("GT131", number, "$", saw),), line)

    def _read(self, number: int, line: bytes, as_it_stands: bool) -> Reading:
        if len(line) > MAX_LINE:
            too_long = f"more than {MAX_LINE >> 20} MiB in one line"
            return self._unreadable(number, line, Finding.unplaced("GT103", too_long))
        try:
            record = self._decode(line)
            if not line.isascii():
                line.decode()
        except DECODE_ERRORS as error:
            return (
                self._read_respelled(number, line)
                or self._before_comma(number, line)
                or self._explained(number, line, error)
            )
        summary = self._summarize(record)
        quotes = line.count(_QUOTE)
        if as_it_stands and self._stands(line, quotes, record.source, summary):
            return Reading(record, (), line, summary, _NO_PIECES)
        reading = self._checked(number, line, quotes, record, summary)
        if "GT230" in summary.may_find and any(self._type.checks["GT230"](record)):
            plain = self._read_respelled(number, line)
            return replace(reading, output=plain.output) if plain else reading
        return reading

    def _stands(self, line: bytes, quotes: int, source: str, summary: RecordSummary) -> bool:
        """True when the line is written as it stands: it holds the record alone, and no rule finds anything.

        Each string that the record was read from, keys included, is on the line, between two quotation marks.
        If the line has no other marks, no key is unknown or there twice, at any depth, and no text has a mark
        in it. The source's key comes first, and the label's is near it.
        """
        return (
            not summary.may_find
            and self._may_stand
            and quotes == 2 * (_OUTER_STRINGS + summary.strings)
            and line.startswith(self._source_first)
            and line.find(self._label_key, len(source), 5 * len(source) + 128) > 0
            and len(line) <= LONGEST_ATTRIBUTE
            and (source.isascii() or not self._fetches_source)
            and self._has_plain_source(source)
        )

    def _has_plain_source(self, source: str) -> bool:
        """True when no rule on the source finds anything; False means unknown."""
        return source.endswith(self._endings) and (
            is_plain(source) if self._fetches_source else not is_blank(source)
        )

    def _read_respelled(self, number: int, line: bytes) -> Reading | None:
        """The reading of a line with values that are spelled unusually; None where it has none."""
        try:
            line.decode()
            pieces = decode_pieces(line)
            _, *values = (pieces[key] for key in self.keys)  # without a source it is none
            label, metadata = map(msgspec.json.decode, values)
        except (KeyError, *DECODE_ERRORS):
            return None
        label, in_label = spell_plainly(label, self._type.label)
        metadata, in_metadata = spell_plainly(metadata, self._type.metadata, names=True)
        if not (in_label or in_metadata) or explain_overlooked(line):
            return None
        plain = msgspec.json.encode({**pieces, self.keys.label: label, self.keys.metadata: metadata})
        try:
            record = self._decode(plain)
        except DECODE_ERRORS as error:
            return self._explained(number, plain, error)
        reading = self._checked(number, plain, plain.count(_QUOTE), record, self._summarize(record))
        found = [
            Finding("GT241", number, _path(key, at), saw, record.source, fix)
            for key, respelled in ((self.keys.label, in_label), (self.keys.metadata, in_metadata))
            for at, saw, fix in respelled
        ]
        findings = (*reading.findings, *(finding for finding in found if finding.code in self._active))
        return replace(reading, findings=tuple(sorted(findings, key=lambda finding: finding.code)))

    def _explained(self, number: int, line: bytes, error: Exception) -> Reading:
        return self._unreadable(number, line, explain(line, self.keys, self._type.name, error))

    def _before_comma(self, number: int, line: bytes) -> Reading | None:
        """The record before a comma; None if there is no comma, or no JSON before it."""
        shorter = without_comma(line)
        reading = self.read(number, shorter, as_it_stands=False) if shorter is not line else None
        if reading is None or any(finding.code == "GT101" for finding in reading.findings):
            return None
        source = reading.findings[0].source if reading.record is None else reading.record.source
        comma = Finding("GT130", number, "$", "a comma follows the record", source)
        findings = (comma, *reading.findings)
        return replace(reading, findings=findings, output=reading.output + b",")

    def _checked(self, number: int, line: bytes, quotes: int, record: Any, summary: RecordSummary) -> Reading:
        pieces = decode_pieces(line)
        self._note_names(pieces)
        if not self._keys_are_known(quotes, pieces, summary) and (overlooked := explain_overlooked(line)):
            return self._unreadable(number, line, overlooked)
        found: list[Finding] = []
        if summary.may_find or record.metadata.failure_reason is not msgspec.UNSET:
            found += self._about_record(number, record, summary)
        if not self._has_plain_source(record.source) or self._type.by_reference:
            found += self._about_addresses(number, record)
        if len(line) > LONGEST_ATTRIBUTE or len(pieces) > MOST_ATTRIBUTES:
            found += (finding.on(number, record.source) for finding in find_excess(line, pieces))
        if found:
            found = sorted([f for f in found if f.code in self._active], key=lambda finding: finding.code)
        return Reading(record, tuple(found), self._joined(pieces), summary, pieces)

    def _keys_are_known(self, quotes: int, pieces: dict[str, Raw], summary: RecordSummary) -> bool:
        """True when counting quotation marks tells that no key is there twice, but for values nobody reads.

        The line has two marks or more around each attribute's name, those of values that nobody reads, and
        two or more for each string that was read, see `_stands`. If it has no others, none is there twice.
        """
        unread = [piece for key, piece in pieces.items() if key not in self._read_keys]
        return quotes == 2 * (len(pieces) + summary.strings) + b"".join(unread).count(_QUOTE)

    def _about_record(self, number: int, record: Any, summary: RecordSummary) -> Iterator[Finding]:
        source = record.source
        if record.metadata.failure_reason is not msgspec.UNSET:
            path = f"$.{self.keys.metadata}.failure-reason"
            yield Finding("GT202", number, path, str(record.metadata.failure_reason), source)
        for code, check in self._checks:
            if code in summary.may_find:
                yield from (finding.on(number, source, f"$.{self.keys.label}") for finding in check(record))

    def _about_addresses(self, number: int, record: Any) -> Iterator[Finding]:
        source, at_source = record.source, f"$.{self.keys.source}"
        if not self._fetches_source and is_blank(source):
            many, code = quantity(len(source), "character"), "GT126" if source else "GT106"
            unseen = f"has {many}, none of them visible" if source else "is empty"
            yield Finding(code, number, at_source, f"{self.keys.source} {unseen}", source)
        if not source.endswith(self._endings):
            yield from (Finding("GT125", number, at_source, saw, source) for saw in no_jpg_or_png(source))
        for field, key in self._fetched:
            for code, saw in address_faults(getattr(record, field), _NOT_IN_S3[field]):
                yield Finding(code, number, f"$.{key}", saw, source)

    def _joined(self, pieces: dict[str, Raw]) -> bytes:
        source, label, metadata = map(pieces.__getitem__, self.keys)
        source_key, label_key, metadata_key = self._keys_written
        return b"".join((source_key, source, label_key, label, metadata_key, metadata, b"}"))

    def _note_names(self, pieces: dict[str, Raw]) -> None:
        """Note the names on a line, unless the same ones were all noted on the line before."""
        names = tuple(pieces)
        if names == self._noted:
            return
        self.dollar_name = self.dollar_name or next((key for key in pieces if key.startswith("$")), "")
        others = set(label_names(pieces)) - self.other_labels - {self.keys.label}
        self.other_labels.update(name for name in others if label_attribute(pieces, name))
        if others <= self.other_labels:
            self._noted = names

    def _unreadable(self, number: int, line: bytes, seen: Finding) -> Reading:
        source = ""
        try:
            pieces = decode_pieces(line[: MAX_LINE + 1])
            self._note_names(pieces)
            source = msgspec.json.decode(pieces.get(self.keys.source, Raw(b'""')), type=str)
        except DECODE_ERRORS:
            pass
        return Reading(None, (seen.on(number, source),), line)


def _path(label: str, at: str) -> str:
    return f"$.{label}.{at}" if at and at[0] != "[" else f"$.{label}{at}"
