"""Texts that one process leaves to another in memory that both have: sent, each is copied five times."""

from collections.abc import Iterable, Sequence
from multiprocessing import RawArray

_ROOM = 5 / 4  # of a part: what is told of rejected lines comes on top


class SharedTexts:
    """Slots for the texts of so many parts of a file.

    Args:
        slots: how many.
        part_size: bytes of a part.
    """

    def __init__(self, slots: int, part_size: int) -> None:
        self.slots, self._size = slots, int(part_size * _ROOM)
        self._memory = RawArray("B", slots * self._size)

    def leave(self, slot: int, texts: Sequence[bytes | memoryview]) -> bool:
        """Leave texts one after the other in a slot; False if they are too long for it."""
        if sum(map(len, texts)) > self._size:
            return False
        for view, text in zip(self.views(slot, map(len, texts)), texts, strict=True):
            view[:] = text
        return True

    def views(self, slot: int, lengths: Iterable[int]) -> list[memoryview]:
        """What lies in a slot, cut into texts of these lengths; it changes with what is left there next."""
        memory, begin, views = memoryview(self._memory).cast("B"), slot * self._size, list[memoryview]()
        for length in lengths:
            views.append(memory[begin : begin + length])
            begin += length
        return views
