"""Wait for what must come, and long: a busy machine is no failure, and what comes early costs nothing."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 180.0
"""Seconds."""

Found = TypeVar("Found")


def eventually(found: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """What was found as soon as there is something, or what is there after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value
