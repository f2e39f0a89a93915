"""Count in bulk: values are buffered, since counting many at once is much faster than one by one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Self

_MANY = 1 << 15


class BulkCounter:
    """Counts whole numbers; of other numbers, the whole part."""

    def __init__(self, counts: Mapping[int, int] = {}) -> None:
        self._counts = Counter(counts)
        self._waiting: list[float] = []

    def add_all(self, values: Iterable[Iterable[float]]) -> None:
        """Add several values at once, of several records."""
        self._waiting.extend(chain.from_iterable(values))
        if len(self._waiting) >= _MANY:
            self._count()

    def counts(self) -> Counter[int]:
        """Number of occurrences of each value so far."""
        self._count()
        return self._counts

    def merged(self, other: Self) -> "BulkCounter":
        """A counter with the counts of both."""
        return BulkCounter(self.counts() + other.counts())

    def __reduce__(self) -> tuple[type["BulkCounter"], tuple[Counter[int]]]:
        """So that another process gets counts, not what waits to be counted."""
        return BulkCounter, (self.counts(),)

    def _count(self) -> None:
        for value, times in Counter(self._waiting).items():
            self._counts[int(value)] += times
        self._waiting.clear()
