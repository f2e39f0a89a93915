"""Look for cycles of objects rarely while a manifest is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_LIVING = 100_000  # objects more than before


@contextmanager
def few_collections() -> Iterator[None]:
    """What is made of a line has no cycles, and what was loaded before stays.

    Where it holds already, as where two threads read, the first that began it ends it.
    """
    before = gc.get_threshold()
    if before[0] == _LIVING:
        yield
        return
    gc.freeze()
    gc.set_threshold(_LIVING, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
