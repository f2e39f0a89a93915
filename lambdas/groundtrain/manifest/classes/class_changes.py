"""Give classes of a line other names, and leave labels of dropped classes out, before the line is read.

What is changed is the text of the line, so that everything that reads it sees the new names and nothing of
what was dropped. Values keep the spelling that they have, however unusual: reading the line tells of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from groundtrain.manifest.classes.label_edits import LabelEdit, edited_line
from groundtrain.manifest.label_types.label_type import LabelType, Record, RecordSummary
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding
from groundtrain.settings.class_table import ClassTable


class ClassChangeCounts(Struct):
    """What became of labels whose class is to be changed, by its name on the lines.

    Attributes:
        renamed: labels that have another name now.
        united: labels that are not there twice, where a record has the new name already.
        dropped: labels that are left out.
        names: classes to be changed that lines name, labels or not.
    """

    renamed: Counter[str] = field(default_factory=Counter)
    united: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)

    def add(self, later: "ClassChangeCounts") -> None:
        """Add the counts of later records."""
        self.renamed.update(later.renamed)
        self.united.update(later.united)
        self.dropped.update(later.dropped)
        self.names |= later.names

    def merged(self, later: "ClassChangeCounts") -> "ClassChangeCounts":
        """The counts of these records and of later ones."""
        both = ClassChangeCounts()
        both.add(self)
        both.add(later)
        return both


class ChangedLine(Struct, gc=False):
    """A line whose classes were changed.

    Attributes:
        line: the text; as it was where its only class is dropped.
        counts: what became of its labels.
        places: of the labels that are left, those that they had in their list; None where none is gone.
        is_emptied: whether all labels were dropped.
        has_no_label: whether nothing is left that a label could say.
    """

    line: bytes
    counts: ClassChangeCounts
    places: Sequence[int] | None
    is_emptied: bool
    has_no_label: bool


class ClassChanges:
    """Changes the classes of lines of one label attribute."""

    def __init__(self, table: ClassTable, label_type: LabelType, keys: Keys) -> None:
        self._table, self._type, self._keys = table, label_type, keys
        self._drop = frozenset(table.drop)
        self._changed = self._drop | table.rename.keys()
        at = r"\.".join(label_type.items_at or ())
        self._place = re.compile(rf"{at}\[(\d+)\]" if at else rf"^\$\.{re.escape(keys.label)}\[(\d+)\]")
        self._in_messages = bool(at)

    def on(self, line: bytes, record: Record, summary: RecordSummary) -> ChangedLine | None:
        """The line with its classes changed; None where it has none of them."""
        by_id, naming = self._type.class_names(record), self._type.item_names
        items = naming(record) if naming else [by_id.get(str(i), "") for i in summary.items]
        names = {*by_id.values(), *items} if naming else by_id.values()
        if self._changed.isdisjoint(names):
            return None
        counts = ClassChangeCounts(names={*self._changed.intersection(names)})
        left = self._left(items, counts)
        is_emptied = bool(items) and not left
        if is_emptied and self._type.items_at is None:
            return ChangedLine(line, counts, None, is_emptied, has_no_label=True)
        places = left if len(left) < len(items) else None
        edit = LabelEdit(places, self._gone(by_id, summary, places), self._same_ids(by_id))
        text = edited_line(line, self._keys, self._type, self._table, edit, [*summary.items])
        return ChangedLine(text, counts, places, is_emptied, has_no_label=False)

    def in_place(self, findings: Iterable[Finding], places: Sequence[int]) -> tuple[Finding, ...]:
        """Findings on a changed line, with the places that labels have on the line as it was."""

        def as_it_was(found: re.Match[str]) -> str:
            place = int(found[1])
            start, end = found.start(1) - found.start(), found.end(1) - found.start()
            was = places[place] if place < len(places) else place
            return f"{found[0][:start]}{was}{found[0][end:]}"

        def restored(text: str) -> str:
            return self._place.sub(as_it_was, text)

        return tuple(
            replace(
                each,
                path=restored(each.path),
                message=restored(each.message) if self._in_messages else each.message,
            )
            for each in findings
        )

    def _left(self, items: Sequence[str], counts: ClassChangeCounts) -> list[int]:
        """Places of the labels that are left, and counts what becomes of each."""
        rename, is_list_of_classes = self._table.rename, self._type.items_at == ()
        shown = {name for name in items if name not in rename} if is_list_of_classes else set[str]()
        left: list[int] = []
        for place, name in enumerate(items):
            if name in self._drop:
                counts.dropped[name] += 1
            elif name in rename and rename[name] in shown:
                counts.united[name] += 1
            else:
                left.append(place)
                if name in rename:
                    counts.renamed[name] += 1
                    shown |= {rename[name]} if is_list_of_classes else set()
        return left

    def _gone(
        self, by_id: Mapping[str, str], summary: RecordSummary, places: Sequence[int] | None
    ) -> set[str]:
        """Ids of classes that are not on the line any more."""
        dropped = {i for i, name in by_id.items() if name in self._drop}
        if places is None or self._type.items_at != ():
            return dropped
        ids = [*map(str, summary.items)]
        return dropped | ({*ids} - {ids[place] for place in places})

    def _same_ids(self, by_id: Mapping[str, str]) -> dict[str, str]:
        """Ids of a line whose classes have become that of another id, with that: boxes may be equal then."""
        if not self._type.items_at or self._type.item_names:
            return {}
        rename = self._table.rename
        first = {name: i for i, name in reversed([*by_id.items()]) if name not in rename}
        renamed = {i: rename[name] for i, name in by_id.items() if name in rename}
        return {i: one for i, new in renamed.items() if (one := first.setdefault(new, i)) != i}
