"""Read a line for a merge: what it is of, the age of its label, and a digest of the label."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw, Struct

from groundtrain.dataset import edits
from groundtrain.dataset.fixing import Fixer
from groundtrain.dates import parse_date
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.address_checks import ADDRESS_ERRORS, ADDRESS_FIXES, address_errors, fixed_address
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, own_attributes
from groundtrain.manifest.label_types.label_type import LabelType, Record
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.repeated_sources import digest, record_fingerprint
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.rules.findings import Finding

_NO_SOURCE, _UNNAMED = "GT106", "GT301"
_WITHOUT_LABEL = {"GT201", "GT202"}
_NO_ADDRESS = {"GT107", "GT232"}
_FIXED = (*ADDRESS_FIXES, "GT130", "GT241")
_READ = frozenset({_NO_SOURCE, _UNNAMED, *_NO_ADDRESS, *ADDRESS_ERRORS, *_FIXED})
_START = datetime.min.replace(tzinfo=UTC)

UNLABELED, UNDATED = 0, 1
"""Ages of a line without label, and of a label without date; every date is higher."""


class MergeableLine(Struct, frozen=True):
    """A line that can be merged.

    Attributes:
        line: the line, with what could be read in one way only fixed; `fixes` are the codes of that.
        own: what makes a record of its source, beside the labels: such as a page.
        besides: what else it says, which does not.
        age: `UNLABELED`, `UNDATED`, or a number that is higher for a newer label.
        choice: which of the label attributes taken it has its label under; 0 when it has none.
        record: None when the line has no label.
    """

    source: str
    line: bytes
    fixes: tuple[str, ...]
    own: Mapping[str, Raw]
    besides: Mapping[str, Raw] = {}
    age: int = UNLABELED
    choice: int = 0
    record: Record | None = None

    @property
    def fingerprint(self) -> int:
        """A digest of what the label is of."""
        return int.from_bytes(record_fingerprint(self.source, self.own), "big")

    @property
    def besides_digest(self) -> int:
        """A digest of what the line says besides; 0 where that is nothing."""
        return int.from_bytes(record_fingerprint("", self.besides), "big") if self.besides else 0


def when(age: int) -> str:
    """The age of a label in words."""
    if age <= UNDATED:
        return "no date"
    return f"{_START + timedelta(microseconds=age - UNDATED - 1):%Y-%m-%d %H:%M:%S}"


class MergeableLineReader:
    """Reads the lines of one manifest.

    Args:
        merge_input: the manifest.
        unite: whether a line has a label under each of the attributes taken, not under the first of them.
    """

    def __init__(self, merge_input: MergeInput, *, unite: bool = False) -> None:
        self._unite, self._record_key = unite, frozenset(merge_input.record_key)
        self._taken, self._type, self._label_keys = (
            merge_input.taken,
            merge_input.label_type,
            merge_input.label_keys,
        )
        self._readers = [
            (RecordReader(keys, merge_input.label_type, _READ), Fixer(keys, merge_input.label_type, _FIXED))
            for keys in merge_input.taken
        ]

    def read(self, number: int, line: bytes) -> tuple[MergeableLine, ...] | Finding:
        """The line of this number for each label that counts, or once without one; or why it can't be merged.

        It has no source, no address that can be read, no readable label, or an unnamed class.
        """
        labeled, unlabeled = list[MergeableLine](), list[MergeableLine]()
        for choice in range(len(self._taken)):
            mergeable = self._read(choice, number, line)
            if isinstance(mergeable, Finding):
                return mergeable
            (unlabeled if mergeable.record is None else labeled).append(mergeable)
            if labeled and not self._unite:
                break
        return tuple(labeled or unlabeled[:1])

    def names(self, mergeable: MergeableLine) -> Mapping[str, str]:
        """Class names by id as text, as the line has them."""
        return {} if mergeable.record is None else self._type.class_names(mergeable.record)

    def shown(self, mergeable: MergeableLine) -> Counter[str]:
        """How many items of each class the label has, such as boxes."""
        return Counter() if mergeable.record is None else shown_classes(self._type, mergeable.record)

    def label_digest(self, mergeable: MergeableLine) -> int:
        """A digest of the label; labels that differ only in the ids of their classes have the same.

        Raises:
            Exception: one of `DECODE_ERRORS`: the label holds something else that cannot be decoded.
        """
        if mergeable.record is None:
            return 0
        keys, names = self._taken[mergeable.choice], self._type.class_names(mergeable.record)
        ids = {i: digest(names[str(i)]) for i in self._type.summarize(mergeable.record).classes}
        renumbered = decode_pieces(edits.renumber(mergeable.line, keys, self._type, ids))
        label = msgspec.json.decode(renumbered[keys.label])
        if ids and isinstance(label, list):
            label = sorted(label)  # a list of classes has no order
        return digest(msgspec.json.encode(label, order="sorted").decode())

    def _read(self, choice: int, number: int, line: bytes) -> MergeableLine | Finding:
        reader, fixer = self._readers[choice]
        mended = fixer.mend(reader, number, line, reader.read(number, line))
        reading, fixes = mended.reading, tuple(sorted(mended.fixed))
        for finding in reading.findings:
            if finding.code in _WITHOUT_LABEL and finding.source:
                return self._unlabeled(choice, number, mended.line, finding.source)
            return finding
        assert reading.record is not None  # a line without record has a finding
        return self._labeled(choice, mended.line, reading.record, fixes)

    def _unlabeled(self, choice: int, number: int, line: bytes, source: str) -> MergeableLine | Finding:
        keys, fixes = self._taken[choice], tuple[str, ...]()
        if is_fetched(keys.source) and (address := fixed_address(source)) != source:
            line = msgspec.json.encode({**decode_pieces(line), keys.source: address})
            source, fixes = address, tuple(ADDRESS_FIXES)
        for code, message in address_errors(source) if is_fetched(keys.source) else ():
            return Finding(code, number, f"$.{keys.source}", message, source)
        return MergeableLine(source, line, fixes, *self._own(keys, line))

    def _labeled(self, choice: int, line: bytes, record: Record, fixes: tuple[str, ...]) -> MergeableLine:
        keys = self._taken[choice]
        attribute = label_attribute(decode_pieces(line), keys.label)
        moment = parse_date(attribute.created) if attribute else None
        age = UNDATED + 1 + (moment - _START) // timedelta(microseconds=1) if moment else UNDATED
        own, besides = self._own(keys, line)
        return MergeableLine(record.source, line, fixes, own, besides, age, choice, record)

    def _own(self, keys: Keys, line: bytes) -> tuple[Mapping[str, Raw], Mapping[str, Raw]]:
        """What makes a record of its source, and what else there is beside the labels."""
        own = own_attributes(decode_pieces(line), keys, self._label_keys)
        if not self._record_key:
            return own, {}
        key = {name: piece for name, piece in own.items() if name in self._record_key}
        return key, {name: piece for name, piece in own.items() if name not in key}


def labels_at(merge_input: MergeInput, wanted: int, *, unite: bool = False) -> tuple[MergeableLine, ...]:
    """The labels of the line of this number, which can be merged."""
    reader = MergeableLineReader(merge_input, unite=unite)
    for number, line in Lines(merge_input.source.open()):
        if number == wanted and not isinstance(found := reader.read(number, line), Finding):
            return found
    raise AssertionError("a line that was chosen is there")


def shown_classes(label_type: LabelType, record: Record) -> Counter[str]:
    """Items of a record by the name of their class; each class that has none of its own counts once."""
    names, summary = label_type.class_names(record), label_type.summarize(record)
    counts = Counter(map(str, summary.items)) if summary.classes else Counter[str]()
    for i in map(str, summary.classes):
        counts.setdefault(i, 1)
    return Counter({names.get(i, f"class id {i}"): count for i, count in counts.items()})


class ClassSets:
    """Sets of class names by number, each kept once."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self._sets: list[frozenset[str]] = []

    def number(self, names: Iterable[str]) -> int:
        """The number of this set."""
        key = frozenset(names)
        number = self._numbers.setdefault(key, len(self._sets))
        if number == len(self._sets):
            self._sets.append(key)
        return number

    def __getitem__(self, number: int) -> frozenset[str]:
        return self._sets[number]
