"""Which records are to be labeled again: each once, and none that has a label elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from groundtrain.dataset.misplaced_labels import labels_beside
from groundtrain.dataset.rejected_lines import RejectedLine, read_rejected
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.address_checks import address_errors, fixed_address
from groundtrain.manifest.label_attributes.attribute_choice import own_names
from groundtrain.manifest.lines import Lines, without_comma
from groundtrain.manifest.repeated_sources import SourcesSeen, record_fingerprint
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.printable_text import is_blank
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.settings.dataset_settings import DatasetSettings

_REPEATED = "GT401"
WITHOUT_LABEL = ("GT201", "GT202")
"""Rules that tell of records that nobody labeled, or whose labeling failed."""


class RecordToLabel(NamedTuple):
    """A record that is to be labeled again.

    Attributes:
        source: its address in S3, or its text.
        own: what the line says beside source, labels and metadata.
        pieces: all that the line says.
        failed: whether its labeling failed, so that nothing under its label attribute counts.
    """

    source: str
    own: dict[str, Raw]
    pieces: dict[str, Raw]
    failed: bool


class Counts(Struct):
    """What became of the lines that were rejected.

    Attributes:
        reasons: records to label again by the rule that rejected them.
        labeled_elsewhere: lines whose record has a label on another line.
        labeled_under_another_name: lines that have a label of this type under another attribute.
        repeated: lines whose record is to be labeled again already.
        without_source: lines whose source cannot be read, or is no address of an object.
        others: lines that other rules rejected, by the first of them.
    """

    reasons: Counter[str] = field(default_factory=Counter)
    labeled_elsewhere: int = 0
    labeled_under_another_name: int = 0
    repeated: int = 0
    without_source: int = 0
    others: Counter[str] = field(default_factory=Counter)


class RecordsToLabel:
    """The records of a manifest that are to be labeled again.

    Args:
        source: the manifest.
        rejected: the rejected.jsonl that comes of it.
        keys: of its lines.
        type_name: of its labels.
        rules: prefixes of the codes of rules; what they reject is labeled again, beside `WITHOUT_LABEL`.
        settings: by which the lines were rejected.
    """

    def __init__(
        self,
        source: ManifestSource,
        rejected: Path,
        keys: Keys,
        type_name: str,
        rules: tuple[str, ...],
        settings: DatasetSettings,
    ) -> None:
        self._source, self._rejected, self.keys, self._type = source, rejected, keys, type_name
        self._rules = (*WITHOUT_LABEL, *rules)
        self._besides = (settings.split_attribute,) if settings.split_attribute else ()
        self._record_key = settings.record_key
        self.counts = Counts()

    def read(self) -> Iterator[RecordToLabel]:
        """The records, in the order of their lines; complete, so are the counts."""
        self.counts = counts = Counts()
        labeled, seen = self._labeled(), SourcesSeen()
        for row in read_rejected(self._rejected):
            code = next((code for code in row.rejecting if code.startswith(self._rules)), "")
            if not code and row.code == _REPEATED:
                counts.labeled_elsewhere += 1
            elif not code:
                counts.others[row.code] += 1
            elif (record := self._record(row)) is None:
                counts.without_source += 1
            elif code in WITHOUT_LABEL and self._labeled_otherwise(record):
                counts.labeled_under_another_name += 1
            elif (mark := self._mark(record.source, record.pieces)) in labeled:
                counts.labeled_elsewhere += 1
            elif not seen.add(mark):
                counts.repeated += 1
            else:
                counts.reasons[code] += 1
                yield record

    def _labeled(self) -> SourcesSeen:
        """Fingerprints of the records of the dataset."""
        left_out = {row.line for row in read_rejected(self._rejected)}
        labeled = SourcesSeen()
        for number, line in Lines(self._source.open()):
            if number not in left_out:
                pieces = decode_pieces(without_comma(line))
                labeled.add(self._mark(self._source_of(pieces), pieces))
        return labeled

    def _record(self, row: RejectedLine) -> RecordToLabel | None:
        try:
            pieces = decode_pieces(without_comma(row.text))
            source = self._source_of(pieces)
        except (KeyError, *DECODE_ERRORS):
            return None
        if is_blank(source) or (is_fetched(self.keys.source) and any(address_errors(source))):
            return None
        own = {name: pieces[name] for name in own_names(tuple(pieces), self.keys)}
        return RecordToLabel(source, own, pieces, "GT202" in row.codes)

    def _labeled_otherwise(self, record: RecordToLabel) -> bool:
        others = {name: piece for name, piece in record.pieces.items() if name != self.keys.label}
        return bool(labels_beside(others, self._type).same_type)

    def _source_of(self, pieces: Mapping[str, Raw]) -> str:
        text = msgspec.json.decode(pieces[self.keys.source], type=str)
        return fixed_address(text) if is_fetched(self.keys.source) else text

    def _mark(self, source: str, pieces: Mapping[str, Raw]) -> bytes:
        names = own_names(tuple(pieces), self.keys, self._besides, self._record_key)
        return record_fingerprint(source, {name: pieces[name] for name in names})
