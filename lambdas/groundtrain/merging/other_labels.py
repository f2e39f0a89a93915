"""Labels under other attributes of a line than the one taken: a merge drops them, so they are counted."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import ClassSets, MergeableLine, shown_classes
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
    """Lines on which a label of the same type is beside the one taken.

    Attributes:
        example: source of the first.
        classes: items of these labels, by class.
    """

    lines: int = 0
    example: str = ""
    classes: Counter[str] = field(default_factory=Counter)


class OtherLabels:
    """Counts the labels that are not taken from the lines of one manifest.

    Attributes:
        not_taken: the attributes that have any, by name.
        beside: of attributes of the type merged, by the choice taken, the name of the attribute and the set
            of classes that it shows.
    """

    def __init__(self, merge_input: MergeInput, sets: ClassSets) -> None:
        self._input, self._sets = merge_input, sets
        self._readers = {attribute.name: _reader(attribute) for attribute in merge_input.found}
        self.not_taken: dict[str, NotTaken] = {}
        self.beside: dict[tuple[int, str, int], Beside] = {}

    def add(self, number: int, found: Sequence[MergeableLine]) -> None:
        """Count what the line has beside the labels taken."""
        if len(self._input.found) == 1:
            return
        first = found[0]
        taken = {self._input.taken[each.choice].label for each in found if each.record is not None}
        pieces = decode_pieces(first.line)
        for attribute in self._input.found:
            if attribute.keys.label in pieces and attribute.name not in taken:
                self._add(number, first, attribute)

    def refuse_alone(self) -> None:
        """Refuse to leave a line without label that has one of the type that is merged.

        Raises:
            ManifestError: there is such a line.
        """
        alone = [other for other in self.not_taken.values() if other.alone]
        if alone:
            taken = " or ".join(keys.label for keys in self._input.taken)
            take = " ".join(f"--take {shell_argument(other.label)}" for other in alone)
            lines = [f"{quantity(other.alone, 'line')} under {other.label}" for other in alone]
            raise ManifestError(
                f"{self._input.source.name}: {' and '.join(lines)} would lose their labels, such as line"
                f" {min(other.first_alone for other in alone)}: they have none under {taken}",
                fix=f"add {take}; of each line the first attribute that it has is taken",
            )

    def _add(self, number: int, mergeable: MergeableLine, attribute: LabelAttribute) -> None:
        other = self.not_taken.setdefault(attribute.name, NotTaken(attribute.name, attribute.type))
        other.records += 1
        label_type, reader = self._readers[attribute.name]
        record = reader.read(number, mergeable.line).record if reader else None
        if label_type is None or record is None:
            return
        shown = shown_classes(label_type, record)
        other.classes = dict(Counter(other.classes) + shown)
        if label_type == self._input.label_type:
            self._add_of_same_type(number, mergeable, other, shown)

    def _add_of_same_type(
        self, number: int, mergeable: MergeableLine, other: NotTaken, shown: Counter[str]
    ) -> None:
        if mergeable.record is None:
            other.alone += 1
            other.first_alone = other.first_alone or number
            return
        key = mergeable.choice, other.label, self._sets.number(shown)
        beside = self.beside.setdefault(key, Beside(example=mergeable.source))
        beside.lines += 1
        beside.classes += shown


def _reader(attribute: LabelAttribute) -> tuple[LabelType | None, RecordReader | None]:
    label_type = find_type(attribute)
    if label_type is None:
        return None, None
    return label_type, RecordReader(attribute.keys, label_type, frozenset())
