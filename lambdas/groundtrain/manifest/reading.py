"""One line of a manifest becomes a record with the findings on it.

The fast way decodes a line straight into its typed record and proves, by counting keys and one look at the
values, that no rule can find anything. Whatever it cannot prove goes the slow way, through the rules.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.manifest.attributes import METADATA, label_attribute
from groundtrain.manifest.explain import DECODE_ERRORS, Explanation, explain, explain_repeated_key
from groundtrain.manifest.findings import Finding
from groundtrain.manifest.label_type import LabelType, Record
from groundtrain.manifest.lines import MAX_LINE

_KEY_END = b'":'
_SOURCE_FIRST = b'{"source-ref"'


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
        other_labels: label attributes beside the chosen one that were met on the way.
    """

    def __init__(self, label: str, label_type: LabelType, active: frozenset[str]) -> None:
        self.label = label
        self._type = label_type
        self._checks = tuple((code, check) for code, check in label_type.checks.items() if code in active)
        self._decode = msgspec.json.Decoder(label_type.record_type(label)).decode
        self._decode_pieces = msgspec.json.Decoder(dict[str, Raw]).decode
        self._label_key = msgspec.json.encode(label) + b":"
        self._metadata_key = msgspec.json.encode(label + METADATA) + b":"
        self.other_labels: set[str] = set()

    def read(self, number: int, line: bytes) -> Reading:
        """Read the line of this number, as `Lines` gives it."""
        if len(line) > MAX_LINE:
            seen = Explanation("GT103", "$", f"more than {MAX_LINE >> 20} MiB in one line")
            return self._unreadable(number, line, seen)
        try:
            record = self._decode(line)
            if not line.isascii():
                line.decode()
        except DECODE_ERRORS as error:
            return self._unreadable(number, line, explain(line, self.label, self._type.name, error))
        if self._is_plain(line, record) and self._type.is_clean(record):
            return Reading(record, (), line)
        return self._read_closely(number, line, record)

    def _is_plain(self, line: bytes, record: Any) -> bool:
        """True when the line holds what was read and nothing else, once, in stream order."""
        of_label, of_metadata = self._type.key_counts(record)
        start = len(record.source)
        return (
            line.count(_KEY_END) == 3 + of_label + of_metadata
            and line.startswith(_SOURCE_FIRST)
            and line.find(self._label_key, start, 5 * start + 128) > 0
            and has_object_key(record.source)
        )

    def _read_closely(self, number: int, line: bytes, record: Any) -> Reading:
        pieces = self._decode_pieces(line)
        self._note_other_labels(pieces)
        if not self._keys_are_known(line, pieces, record) and (repeated := explain_repeated_key(line)):
            return self._unreadable(number, line, repeated)
        findings = tuple(self._findings(number, record))
        return Reading(record, findings, self._joined(pieces))

    def _keys_are_known(self, line: bytes, pieces: dict[str, Raw], record: Any) -> bool:
        """True when counting keys is enough to tell that none is there twice."""
        of_label, of_metadata = self._type.key_counts(record)
        inner = [bytes(piece).count(_KEY_END) for piece in pieces.values()]
        return (
            line.count(_KEY_END) == len(pieces) + sum(inner)
            and bytes(pieces[self.label]).count(_KEY_END) == of_label
            and bytes(pieces[self.label + METADATA]).count(_KEY_END) == of_metadata
        )

    def _findings(self, number: int, record: Any) -> list[Finding]:
        source, found = record.source, []
        if getattr(record.metadata, "failure_reason", msgspec.UNSET) is not msgspec.UNSET:
            path = f"$.{self.label}-metadata.failure-reason"
            found.append(Finding("GT202", number, path, str(record.metadata.failure_reason), source))
        if not has_object_key(source):
            found.append(Finding("GT107", number, "$.source-ref", f'source-ref is "{source[:200]}"', source))
        for code, check in self._checks:
            for at, saw in check(record):
                found.append(Finding(code, number, f"$.{self.label}.{at}", saw, source))
        return sorted(found, key=lambda finding: finding.code)

    def _joined(self, pieces: dict[str, Raw]) -> bytes:
        label, metadata = pieces[self.label], pieces[self.label + METADATA]
        return b"".join(
            (
                _SOURCE_FIRST,
                b":",
                pieces["source-ref"],
                b",",
                self._label_key,
                label,
                b",",
                self._metadata_key,
                metadata,
                b"}",
            )
        )

    def _note_other_labels(self, pieces: dict[str, Raw]) -> None:
        for key in pieces:
            name = key.removesuffix(METADATA)
            if (
                name not in (key, self.label)
                and name not in self.other_labels
                and label_attribute(pieces, name)
            ):
                self.other_labels.add(name)

    def _unreadable(self, number: int, line: bytes, seen: Explanation) -> Reading:
        source = ""
        try:
            pieces = self._decode_pieces(line[: MAX_LINE + 1])
            self._note_other_labels(pieces)
            source = msgspec.json.decode(pieces.get("source-ref", Raw(b'""')), type=str)
        except DECODE_ERRORS:
            pass
        return Reading(None, (Finding(seen.code, number, seen.path, seen.message, source),), line)


def has_object_key(source: str) -> bool:
    """Whether it is the address of an object in S3: s3://bucket/key."""
    bucket, slash, key = source[5:].partition("/")
    return source.startswith("s3://") and bool(bucket and slash and key) and not key.endswith("/")
