"""Labels under other attributes of a line than the one taken: a merge drops them, so they are counted."""

from collections import Counter

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.json_decoding import decode_pieces
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.merging.classes import ClassSets
from groundtrain.merging.entries import Entry, shown_classes
from groundtrain.merging.inputs import Input
from groundtrain.quantities import quantity
from groundtrain.shell_commands import shell_argument


class NotTaken(Struct):
    """A label attribute that is not taken from all lines that have it.

    Attributes:
        records: lines that have it beside the one taken, or while none is taken from them.
        classes: its items on them, such as boxes, by class.
        alone: those of these lines that no label is taken from, though this one is of the type merged.
        first_alone: number of the first of them.
    """

    label: str
    type: str
    records: int = 0
    classes: dict[str, int] = {}
    alone: int = 0
    first_alone: int = 0


class Beside(Struct):
    """Lines on which a label of the same type is beside the one taken, and the first one's source."""

    lines: int = 0
    example: str = ""


class OtherLabels:
    """Counts the labels that are not taken from the lines of one manifest.

    Attributes:
        not_taken: the attributes that have any, by name.
        beside: of attributes of the type merged, by the choice taken and the set of classes beside it.
    """

    def __init__(self, given: Input, sets: ClassSets) -> None:
        self._given, self._sets = given, sets
        self._readers = {attribute.name: _reader(attribute) for attribute in given.found}
        self.not_taken: dict[str, NotTaken] = {}
        self.beside: dict[tuple[int, int], Beside] = {}

    def add(self, number: int, entry: Entry) -> None:
        """Count what the line has beside the label taken."""
        if len(self._given.found) == 1:
            return
        pieces, taken = decode_pieces(entry.line), self._given.taken[entry.choice].label
        for attribute in self._given.found:
            if attribute.keys.label in pieces and (attribute.name != taken or entry.record is None):
                self._add(number, entry, attribute)

    def refuse_alone(self) -> None:
        """Refuse to leave a line without label that has one of the type that is merged.

        Raises:
            ManifestError: there is such a line.
        """
        alone = [other for other in self.not_taken.values() if other.alone]
        if alone:
            taken = " or ".join(keys.label for keys in self._given.taken)
            take = " ".join(f"--take {shell_argument(other.label)}" for other in alone)
            there = [f"{quantity(other.alone, 'line')} under {other.label}" for other in alone]
            raise ManifestError(
                f"{self._given.source.name}: {' and '.join(there)} would lose their labels, such as line"
                f" {min(other.first_alone for other in alone)}: they have none under {taken}",
                fix=f"add {take}; of each line the first attribute that it has is taken",
            )

    def _add(self, number: int, entry: Entry, attribute: LabelAttribute) -> None:
        other = self.not_taken.setdefault(attribute.name, NotTaken(attribute.name, attribute.type))
        other.records += 1
        label_type, reader = self._readers[attribute.name]
        record = reader.read(number, entry.line).record if reader else None
        if label_type is None or record is None:
            return
        shown = shown_classes(label_type, record)
        other.classes = dict(Counter(other.classes) + shown)
        if label_type == self._given.label_type:
            self._add_of_same_type(number, entry, other, shown)

    def _add_of_same_type(self, number: int, entry: Entry, other: NotTaken, shown: Counter[str]) -> None:
        if entry.record is None:
            other.alone += 1
            other.first_alone = other.first_alone or number
            return
        key = entry.choice, self._sets.number(shown)
        self.beside.setdefault(key, Beside(example=entry.source)).lines += 1


def _reader(attribute: LabelAttribute) -> tuple[LabelType | None, RecordReader | None]:
    label_type = find_type(attribute)
    if label_type is None:
        return None, None
    return label_type, RecordReader(attribute.keys, label_type, frozenset())
