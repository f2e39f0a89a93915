"""Batches of examples: of one size, or in their order with none left by itself."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TypeVar

Item = TypeVar("Item")


def batches_of_one_size(
    items: Iterable[Item], size_of: Callable[[Item], tuple[int, ...]], most: int
) -> Iterator[list[Item]]:
    """Neighbours of the same size together, in their order, and at most so many.

    torchvision pads the smaller images of a batch, and then others change what is found.
    """
    for _, neighbours in groupby(items, size_of):
        while batch := list(islice(neighbours, most)):
            yield batch


def batches_in_order(items: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """So many together; a last one that would be by itself joins the batch before it.

    One image has no statistics that are worth learning from. Where `most` is 1, each is by itself.
    """
    source, ahead = iter(items), list[Item]()
    while batch := [*ahead, *islice(source, most - len(ahead))]:
        ahead = list(islice(source, 2)) if most > 1 else []
        if len(ahead) == 1:
            batch, ahead = [*batch, *ahead], []
        yield batch
