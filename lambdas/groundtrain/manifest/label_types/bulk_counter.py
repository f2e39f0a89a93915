"""Counting in bulk: values wait until they are many, for many are counted much faster than one by one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

_MANY = 1 << 15


class BulkCounter:
    """How often whole numbers occur; of others, the whole part is counted."""

    def __init__(self, counts: Mapping[int, int] = {}) -> None:
        self._counts = Counter(counts)
        self._waiting: list[float] = []

    def add(self, values: Iterable[float]) -> None:
        """Take in values."""
        self._waiting += values
        if len(self._waiting) >= _MANY:
            self._count()

    def counts(self) -> Counter[int]:
        """Of all values taken in so far."""
        self._count()
        return self._counts

    def merged(self, other: Self) -> "BulkCounter":
        """What both have counted."""
        return BulkCounter(self.counts() + other.counts())

    def _count(self) -> None:
        for value, times in Counter(self._waiting).items():
            self._counts[int(value)] += times
        self._waiting.clear()
