"""Labels that lines have under another attribute, where the chosen one is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Raw, Struct, field

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, label_names
from groundtrain.manifest.lines import without_comma
from groundtrain.rules.findings import Finding

_WITHOUT_LABEL = {"GT201", "GT202"}


class MisplacedLabels(NamedTuple):
    """Attributes of one line with labels: those of the type that was chosen, and the others."""

    same_type: Sequence[str]
    other_types: Sequence[str]


def find_misplaced(line: bytes, findings: Iterable[Finding], label_type: str) -> MisplacedLabels | None:
    """The labels of a line that has no record, given what was found on it; None where it has its label."""
    if not any(finding.code in _WITHOUT_LABEL for finding in findings):
        return None
    return labels_beside(decode_pieces(without_comma(line)), label_type)


def labels_beside(pieces: dict[str, Raw], label_type: str) -> MisplacedLabels:
    """All labels of a line, by whether they are of a type."""
    attributes = [label_attribute(pieces, name) for name in label_names(pieces) if name in pieces]
    types = {attribute.name: attribute.type.lower() for attribute in attributes if attribute}
    same = [name for name, kind in types.items() if kind == label_type]
    return MisplacedLabels(same, [name for name in types if name not in same])


class MisplacedCounts(Struct):
    """How many lines have such labels.

    Attributes:
        same_type: by name, those of the type that was chosen: a merge can take them.
        other_types: by name, those of other types.
        lines: number of lines that have one of the type that was chosen.
    """

    same_type: Counter[str] = field(default_factory=Counter)
    other_types: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    def add(self, labels: MisplacedLabels) -> None:
        """Count a line."""
        self.lines += bool(labels.same_type)
        self.same_type.update(labels.same_type)
        self.other_types.update(labels.other_types)

    def add_all(self, lines: Sequence[Mapping[str, str]], label_type: str) -> None:
        """Count lines by the types of their labels, by name."""
        self.lines += sum(label_type in types.values() for types in lines)
        self.same_type.update(n for types in lines for n, kind in types.items() if kind == label_type)
        self.other_types.update(n for types in lines for n, kind in types.items() if kind != label_type)

    def merged(self, other: "MisplacedCounts") -> "MisplacedCounts":
        """The counts of both."""
        return MisplacedCounts(
            self.same_type + other.same_type, self.other_types + other.other_types, self.lines + other.lines
        )
