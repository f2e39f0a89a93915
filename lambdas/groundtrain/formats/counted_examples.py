"""Collect keys with the same problem: all are counted, the first ones are kept as examples, each once."""

from collections.abc import Iterable
from typing import Self

from msgspec import Struct, field

_EXAMPLES = 100


class CountedExamples(Struct):
    """The number of keys, and the first of them, each once."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, key: str) -> None:
        """Add a key."""
        self.count += 1
        if len(self.examples) < _EXAMPLES and key not in self.examples:
            self.examples.append(key)

    @classmethod
    def of(cls, keys: Iterable[str]) -> Self:
        """All these keys."""
        counted = cls()
        for key in keys:
            counted.add(key)
        return counted
