"""Labels that are the address of a file: masks, sequences, point clouds."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from groundtrain.rules.findings import Finding

HIGHEST_ID = 255
"""Of a class, where a pixel or a point holds it."""


def impossible_ids(names: Mapping[str, Any], at: str) -> Iterator[Finding]:
    """GT238: an id that is no whole number from 0 to 255, which is what a pixel or point can hold."""
    for key in names:
        if not is_possible(key):
            yield Finding.unplaced("GT238", f'there is a class id "{key}"', at)


@lru_cache(1024)
def is_possible(key: str) -> bool:
    """Whether it is a number from 0 to 255, written plainly."""
    return key.isascii() and key.isdigit() and str(int(key[:4])) == key and int(key) <= HIGHEST_ID


def possible_ids(names: Mapping[str, Any]) -> set[int]:
    """The ids that a line names."""
    return {int(key) for key in names if is_possible(key)}
