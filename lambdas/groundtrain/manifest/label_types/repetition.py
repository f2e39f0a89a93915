"""The same box, cuboid or span more than once on a line (GT242), and how to take the repetitions out."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import msgspec

from groundtrain.rules.findings import Finding


def repeated_items(
    what: str, at: str, items: Sequence[Hashable], beside: str = "", entries: object = None
) -> Iterator[Finding]:
    """GT242 for each item that is equal to an earlier one.

    Args:
        what: one item in words.
        at: path of their list.
        items: the items.
        beside: key of the list in the metadata that has an entry for each item.
        entries: that list, if it is there.
    """
    first: dict[Hashable, int] = {}
    fix = ""
    if isinstance(entries, list) and len(entries) != len(items):  # the fix leaves it alone
        fix = (
            f"make {beside} in the metadata as long as the list first, since nothing tells which entry"
            " belongs to which; then the repetition can be removed (fix GT242)"
        )
    for i, item in enumerate(items):
        if (earlier := first.setdefault(item, i)) != i:
            yield Finding.unplaced(
                "GT242", f"{at}[{i}] is the same {what} as {at}[{earlier}]", f"{at}[{i}]", fix
            )


def repetitions_fix(path: tuple[str, ...], beside: str) -> Callable[[Any, Any], Any]:
    """The fix for GT242.

    Args:
        path: keys that lead to the list in the label.
        beside: key of the list in the metadata that has an entry for each item.
    """

    def remove_repeated(label: Any, metadata: Any) -> Any:
        holder = label
        for key in path[:-1]:
            holder = holder[key]
        items, entries = holder[path[-1]], metadata.get(beside)
        kept = list(_first_of_each(items))
        if isinstance(entries, list):
            if len(entries) != len(items):
                return label  # GT209: nobody knows which entry belongs to which item
            metadata[beside] = [entries[i] for i in kept]
        holder[path[-1]] = [items[i] for i in kept]
        return label

    return remove_repeated


def _first_of_each(items: list[Any]) -> Iterator[int]:
    """Positions of the items that are not equal to an earlier one in all that they say."""
    seen: set[bytes] = set()
    for i, item in enumerate(items):
        text = msgspec.json.encode(item, order="deterministic")
        if text not in seen:
            seen.add(text)
            yield i
