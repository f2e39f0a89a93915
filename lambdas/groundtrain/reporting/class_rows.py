"""The classes that the page lists: those on most records, and the rarest."""

from heapq import nlargest, nsmallest

from msgspec import Struct

from groundtrain.printable_text import printable_start
from groundtrain.reporting.pictures import Names
from groundtrain.reporting.shown_lengths import NAME
from groundtrain.reporting.subject import Subject

_MOST_CLASSES, _RAREST = 60, 15


class ClassRow(Struct, frozen=True):
    """A class: its records and items on each side."""

    name: str
    records: tuple[int, ...]
    items: tuple[int, ...]


def class_rows(subject: Subject) -> tuple[tuple[ClassRow, ...], tuple[int, ...], Names]:
    """The classes on most records and the rarest ones, what the others have, and the names of those shown."""
    described, items = subject.contents, subject.items
    rows = range(len(described.sides))

    def records_of(i: int) -> tuple[int, int]:
        return sum(side.records_by_class.get(described.classes[i], 0) for side in described.sides), -i

    places = range(len(described.classes))
    shown = nlargest(_MOST_CLASSES, places, key=records_of)
    shown += sorted(
        set(nsmallest(_RAREST, places, key=records_of)) - set(shown), key=records_of, reverse=True
    )
    found = tuple(
        ClassRow(
            printable_start(described.classes[i], NAME),
            tuple(described.sides[row].records_by_class.get(described.classes[i], 0) for row in rows),
            tuple(items[row].get(i, 0) for row in rows),
        )
        for i in shown
    )
    rest = len(described.classes) - len(found)
    totals = [sum(items[row].values()) - sum(row_of.items[row] for row_of in found) for row in rows]
    return found, (rest, *totals) if rest else (), Names(described.classes[i] for i in shown)
