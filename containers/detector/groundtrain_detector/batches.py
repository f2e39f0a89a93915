"""Batches of images of one size: torchvision pads smaller ones, and then others change what is found."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TypeVar

Item = TypeVar("Item")


def batches_of_one_size(
    items: Iterable[Item], size_of: Callable[[Item], tuple[int, ...]], most: int
) -> Iterator[list[Item]]:
    """Neighbours of the same size together, in their order, and at most so many."""
    for _, neighbours in groupby(items, size_of):
        while batch := list(islice(neighbours, most)):
            yield batch
