"""Where names stand in a list of classes, however long it is."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from operator import eq

_MANY = 50_000
_FREE = -1


def class_positions(names: Sequence[str]) -> Mapping[str, int]:
    """Positions by name, of names that differ from each other."""
    return {name: i for i, name in enumerate(names)} if len(names) < _MANY else NamePositions(names)


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once; the same tuple where none is repeated, as of a million names a copy would count."""
    in_order = sorted(names)
    return tuple(dict.fromkeys(names)) if any(map(eq, in_order, islice(in_order, 1, None))) else names


class NamePositions(Mapping[str, int]):
    """A dict takes eighty bytes a name, and this about ten: one table of positions, by the names' hashes.

    Args:
        names: a long list of names.
        spelled: what of a name is looked up; where several names share that, the first one is found.

    Attributes:
        shared: what several names share of that.
    """

    def __init__(self, names: Sequence[str], spelled: Callable[[str], str] = str) -> None:
        self._names, self._spelled = names, spelled
        self._last = (1 << (2 * len(names)).bit_length()) - 1
        self._table = array("i", (_FREE,)) * (self._last + 1)
        self.shared = set[str]()
        table, last = self._table, self._last
        for i, key in enumerate(map(spelled, names)):
            place = hash(key) & last
            while (other := table[place]) != _FREE and spelled(names[other]) != key:
                place = (place + 1) & last
            if other == _FREE:
                table[place] = i
            else:
                self.shared.add(key)

    def __getitem__(self, key: str) -> int:
        place = hash(key) & self._last
        while (i := self._table[place]) != _FREE:
            if self._spelled(self._names[i]) == key:
                return i
            place = (place + 1) & self._last
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return map(self._spelled, self._names)

    def __len__(self) -> int:
        return len(self._names)
