"""Count in bulk: values are counted as they come, and numbers cut to their whole part once in a while."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Self

_MANY = 1 << 12


class BulkCounter:
    """Counts whole numbers; of other numbers, the whole part."""

    def __init__(self, counts: Mapping[int, int] = {}) -> None:
        self._counts = Counter(counts)
        self._as_they_came = Counter[float]()

    def add_all(self, values: Iterable[Iterable[float]]) -> None:
        """Add several values at once, of several records."""
        self._as_they_came.update(chain.from_iterable(values))
        if len(self._as_they_came) >= _MANY:
            self._cut()

    def counts(self) -> Counter[int]:
        """Number of occurrences of each value so far."""
        self._cut()
        return self._counts

    def merged(self, other: Self) -> "BulkCounter":
        """A counter with the counts of both."""
        both = BulkCounter(self.counts())
        both._counts.update(other.counts())  # + looks at each value of both
        return both

    def __reduce__(self) -> tuple[type["BulkCounter"], tuple[Counter[int]]]:
        """So that another process gets counts, not what waits to be counted."""
        return BulkCounter, (self.counts(),)

    def _cut(self) -> None:
        counts = self._counts
        for value, times in self._as_they_came.items():
            whole = int(value)
            counts[whole] = counts.get(whole, 0) + times
        self._as_they_came.clear()
