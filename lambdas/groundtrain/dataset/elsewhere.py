"""Labels that lines have under another attribute, where the chosen one is missing."""

from collections import Counter
from collections.abc import Iterable

from groundtrain.json_decoding import decode_pieces
from groundtrain.manifest.label_attributes.attribute_choice import label_attribute, label_names
from groundtrain.rules.findings import Finding

_WITHOUT_LABEL = {"GT201", "GT202"}


class LabelsElsewhere:
    """Counts them.

    Attributes:
        same_type: by name, those of the type that was chosen: a merge can take them.
        other_types: by name, those of other types.
        lines: number of lines that have one of the type that was chosen.
    """

    def __init__(self, label_type: str) -> None:
        self._type = label_type
        self.lines = 0
        self.same_type: Counter[str] = Counter()
        self.other_types: Counter[str] = Counter()

    def add(self, line: bytes, findings: Iterable[Finding]) -> None:
        """Count a line that has no record, given what was found on it."""
        if not any(finding.code in _WITHOUT_LABEL for finding in findings):
            return
        pieces = decode_pieces(line)
        there = [label_attribute(pieces, name) for name in label_names(pieces) if name in pieces]
        types = {attribute.name: attribute.type.lower() for attribute in there if attribute}
        same = [name for name, kind in types.items() if kind == self._type]
        self.lines += bool(same)
        self.same_type.update(same)
        self.other_types.update(types.keys() - set(same))
