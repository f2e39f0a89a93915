"""Wait for what must come."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(found: Callable[[], Found], seconds: float, pause: float) -> Found:
    """What was found as soon as there is something, or what is there after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(pause)
    return value
