"""Labels that several jobs have given one record, put together.

They are plain JSON, in one numbering of classes, the most authoritative first: what they agree on stays as
that one says it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

LabelAndMetadata = tuple[Any, dict[str, Any]]
"""The values of a label attribute and of its metadata."""

_MAPS = ("class-map", "confidence-map")
_NO_CONFIDENCE = {"confidence": 0}  # what Ground Truth writes for a single worker


class UnitedLabel(NamedTuple):
    """What comes of several labels.

    Attributes:
        taken_as_one: for each of the labels, those of its items that an earlier one has already, by class.
    """

    label: Any
    metadata: dict[str, Any]
    taken_as_one: tuple[Counter[str], ...]


class IncompatibleLabelsError(Exception):
    """The labels cannot be put together; the message is a clause that says why."""


class Items(NamedTuple):
    """Where the items of a label are.

    Attributes:
        path: keys that lead to their list in the label.
        beside: key of the list in the metadata that has an entry for each item.
        class_of: the name of an item's class, given the metadata.
    """

    path: tuple[str, ...]
    beside: str
    class_of: Callable[[dict[str, Any], dict[str, Any]], str]

    def of(self, label: Any) -> list[dict[str, Any]]:
        """The list itself."""
        for key in self.path:
            label = label[key]
        items: list[dict[str, Any]] = label
        return items


FindSame = Callable[[Sequence[dict[str, Any]], Sequence[dict[str, Any]]], Collection[int]]
"""Positions of those of the first items that are among the second ones, each of which is met once."""


def unite_items(labels: Sequence[LabelAndMetadata], items: Items, find_same: FindSame) -> UnitedLabel:
    """The items of all labels, but those that are the same as one of an earlier label."""
    label, metadata = labels[0]
    together = items.of(label)
    entries, has_entries = _entries(labels[0], items), any(items.beside in each for _, each in labels)
    taken_as_one, size = [Counter[str]()], len(together)
    for other in labels[1:]:
        found, same = items.of(other[0]), set(find_same(items.of(other[0]), together))
        taken_as_one.append(Counter(items.class_of(found[i], other[1]) for i in sorted(same)))
        added = [i for i in range(len(found)) if i not in same]
        together += [found[i] for i in added]
        its_entries = _entries(other, items)
        entries += [its_entries[i] for i in added]
        add_metadata(metadata, other[1], adds_items=bool(added))
    if has_entries and len(together) > size:
        metadata[items.beside] = entries
    return UnitedLabel(label, metadata, tuple(taken_as_one))


def add_metadata(metadata: dict[str, Any], other: dict[str, Any], *, adds_items: bool) -> None:
    """Add what the metadata of another label says of classes, and whether a machine made items of it."""
    for key in _MAPS:
        said, further = metadata.get(key), other.get(key)
        if isinstance(said, dict) and isinstance(further, dict):
            metadata[key] = dict(sorted({**further, **said}.items(), key=_by_id))
        elif isinstance(further, dict):
            metadata[key] = further
    if adds_items and other.get("human-annotated") == "no":
        metadata["human-annotated"] = "no"


def _by_id(pair: tuple[str, Any]) -> tuple[int, str]:
    return len(pair[0]), pair[0]


def _entries(label: LabelAndMetadata, items: Items) -> list[Any]:
    """What the metadata says of each item; where it does not, what says nothing."""
    found, entries = items.of(label[0]), label[1].get(items.beside)
    if isinstance(entries, list) and len(entries) == len(found):
        return list(entries)
    return [_NO_CONFIDENCE] * len(found)
