"""One line of a manifest becomes a record with the findings on it.

`glance` decodes a line straight into its typed record and proves, from the number of quotation marks and the
record's summary, that no rule can find anything. Other lines go through `read`, which applies the rules.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from groundtrain.blank_text import is_blank
from groundtrain.manifest.address_checks import ADDRESS_CHECKS, JPG_OR_PNG, is_plain, no_jpg_or_png, not_in_s3
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, label_names
from groundtrain.manifest.label_types.label_type import LabelType, Record, RecordSummary, fetched_fields
from groundtrain.manifest.label_types.spelling import spell_plainly
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.long_lines import find_excess
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS, explain, explain_overlooked
from groundtrain.quantities import quantity
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.rules.findings import Finding, Problem
from groundtrain.rules.line_limits import LONGEST_ATTRIBUTE, MAX_LINE

_QUOTE = b'"'
_OUTER_STRINGS = 4  # the three keys and the source


class Reading(Struct, gc=False):
    """A line that was read.

    Attributes:
        record: None when the line has no usable shape.
        findings: of all rules, in the order of their codes.
        output: the line as it is written: source, label and metadata, values byte for byte those of the line.
    """

    record: Record | None
    findings: tuple[Finding, ...]
    output: bytes


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
        self._decode_pieces = msgspec.json.Decoder(dict[str, Raw]).decode
        self._source_first = b"{" + msgspec.json.encode(keys.source)
        self._label_key = msgspec.json.encode(keys.label) + b":"
        self._metadata_key = msgspec.json.encode(keys.metadata) + b":"
        self._fetches_source = is_fetched(keys.source)
        self._fetched = tuple(fetched_fields(keys, label_type))
        self._fetches_image = self._fetches_source and label_type.of_images and not label_type.alternative
        self._endings = JPG_OR_PNG if self._fetches_image else ("",)

    def glance(self, line: bytes) -> tuple[Any, RecordSummary] | None:
        """The record of a line on which no rule can find anything; None where that cannot be told at once."""
        if len(line) > LONGEST_ATTRIBUTE:
            return None
        try:
            record = self._decode(line)
            if not line.isascii():
                line.decode()
            summary, source = self._summarize(record), record.source
        except Exception:  # noqa: BLE001 - what is wrong is told by a closer look
            return None
        plain = (  # the line holds what was read and nothing else, once, in stream order
            summary.is_clean
            and line.count(_QUOTE) == 2 * (_OUTER_STRINGS + summary.strings)
            and line.startswith(self._source_first)
            and line.find(self._label_key, len(source), 5 * len(source) + 128) > 0
            and (is_plain(source) if self._fetches_source else not is_blank(source))
            and source.endswith(self._endings)
        )
        return (record, summary) if plain else None

    def read(self, number: int, line: bytes) -> Reading:
        """Read the line of this number, as `Lines` gives it."""
        glanced = self.glance(line)
        return self.read_closely(number, line) if glanced is None else Reading(glanced[0], (), line)

    def read_closely(self, number: int, line: bytes) -> Reading:
        """Read it through all rules, whatever a glance would say; a check that fails itself is a finding."""
        try:
            return self._read_through_all_rules(number, line)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other lines are read
            saw = f"one of the checks failed: {type(error).__name__}: {error}"
            return Reading(None, (Finding("GT131", number, "$", saw),), line)

    def _read_through_all_rules(self, number: int, line: bytes) -> Reading:
        if len(line) > MAX_LINE:
            seen = Problem("GT103", "$", f"more than {MAX_LINE >> 20} MiB in one line")
            return self._unreadable(number, line, seen)
        try:
            record = self._decode(line)
            line.decode()
        except DECODE_ERRORS as error:
            return (
                self._read_respelled(number, line)
                or self._before_comma(number, line)
                or self._explained(number, line, error)
            )
        reading = self._reading(number, line, record)
        if id_as_text := self._type.checks.get("GT230"):
            plain = self._read_respelled(number, line) if any(id_as_text(record)) else None
            return replace(reading, output=plain.output) if plain else reading
        return reading

    def _read_respelled(self, number: int, line: bytes) -> Reading | None:
        """The reading of a line with values that are spelled unusually; None where it has none."""
        try:
            pieces = self._decode_pieces(line)
            label, metadata = (msgspec.json.decode(pieces[key]) for key in self.keys[1:])
            line.decode()
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
        reading = self._reading(number, plain, record)
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
        reading = self.read_closely(number, shorter) if shorter is not line else None
        if reading is None or any(finding.code == "GT101" for finding in reading.findings):
            return None
        source = reading.findings[0].source if reading.record is None else reading.record.source
        comma = Finding("GT130", number, "$", "a comma follows the record", source)
        return Reading(reading.record, (comma, *reading.findings), reading.output + b",")

    def _reading(self, number: int, line: bytes, record: Any) -> Reading:
        pieces = self._decode_pieces(line)
        self._note_names(pieces)
        if not self._keys_are_known(line, pieces, record) and (overlooked := explain_overlooked(line)):
            return self._unreadable(number, line, overlooked)
        found = (*self._about_record(number, record), *self._about_line(number, line, pieces, record))
        findings = sorted((f for f in found if f.code in self._active), key=lambda finding: finding.code)
        return Reading(record, tuple(findings), self._joined(pieces))

    def _keys_are_known(self, line: bytes, pieces: dict[str, Raw], record: Any) -> bool:
        """True when counting strings is enough to tell that no key is there twice."""
        summary = self._summarize(record)
        inner = {key: bytes(piece).count(_QUOTE) for key, piece in pieces.items()}
        return (
            summary.strings > 0
            and line.count(_QUOTE) == 2 * len(pieces) + sum(inner.values())
            and inner[self.keys.label] + inner[self.keys.metadata] == 2 * summary.strings
        )

    def _about_record(self, number: int, record: Any) -> Iterator[Finding]:
        source = record.source
        if record.metadata.failure_reason is not msgspec.UNSET:
            path = f"$.{self.keys.metadata}.failure-reason"
            yield Finding("GT202", number, path, str(record.metadata.failure_reason), source)
        for code, check in self._checks:
            for at, saw, fix in check(record):
                yield Finding(code, number, _path(self.keys.label, at), saw, source, fix)

    def _about_line(self, number: int, line: bytes, pieces: dict[str, Raw], record: Any) -> Iterator[Finding]:
        source, at_source = record.source, f"$.{self.keys.source}"
        if self._fetches_source:
            yield from (Finding("GT107", number, at_source, saw, source) for saw in not_in_s3(source))
        elif not source:
            yield Finding("GT106", number, at_source, f"{self.keys.source} is empty", source)
        elif is_blank(source):
            saw = f"{self.keys.source} has {quantity(len(source), 'character')}, none of them visible"
            yield Finding("GT126", number, at_source, saw, source)
        if self._fetches_image:
            yield from (Finding("GT125", number, at_source, saw, source) for saw in no_jpg_or_png(source))
        for field, key in self._fetched:
            for code, look_at in ADDRESS_CHECKS.items():
                for saw in look_at(getattr(record, field)):
                    yield Finding(code, number, f"$.{key}", saw, source)
        for problem in find_excess(line, pieces):
            yield problem.on(number, source)

    def _joined(self, pieces: dict[str, Raw]) -> bytes:
        label, metadata = pieces[self.keys.label], pieces[self.keys.metadata]
        return b"".join(
            (
                self._source_first,
                b":",
                pieces[self.keys.source],
                b",",
                self._label_key,
                label,
                b",",
                self._metadata_key,
                metadata,
                b"}",
            )
        )

    def _note_names(self, pieces: dict[str, Raw]) -> None:
        self.dollar_name = self.dollar_name or next((key for key in pieces if key.startswith("$")), "")
        for name in label_names(pieces):
            if name != self.keys.label and name not in self.other_labels and label_attribute(pieces, name):
                self.other_labels.add(name)

    def _unreadable(self, number: int, line: bytes, seen: Problem) -> Reading:
        source = ""
        try:
            pieces = self._decode_pieces(line[: MAX_LINE + 1])
            self._note_names(pieces)
            source = msgspec.json.decode(pieces.get(self.keys.source, Raw(b'""')), type=str)
        except DECODE_ERRORS:
            pass
        return Reading(None, (seen.on(number, source),), line)


def record_type(keys: Keys, label_type: LabelType) -> type[Any]:
    """The type a line is decoded into: a struct with the attributes of `Record`."""
    return msgspec.defstruct(
        "DecodedRecord",
        [("source", str), ("label", label_type.label), ("metadata", label_type.metadata)],
        rename=dict(zip(("source", "label", "metadata"), keys, strict=True)),
        gc=False,
    )


def _path(label: str, at: str) -> str:
    return f"$.{label}.{at}" if at and at[0] != "[" else f"$.{label}{at}"
