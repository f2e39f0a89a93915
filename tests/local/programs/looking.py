"""A function that does what its event says, for tests of whoever calls functions."""

import os
import time
from pathlib import Path
from typing import Any


class UnreadableImageError(Exception):
    """As a function of ours would raise."""


def handler(event: dict[str, Any], _context: object) -> Any:
    """Give back the event, or fail as it says."""
    do = event.get("do")
    if "note" in event:
        with Path(event["note"]).open("a", encoding="utf-8") as notes:
            notes.write(f"{event['n']}\n")
    if do == "raise" and not Path(event.get("until", "/nowhere")).exists():
        raise UnreadableImageError("line 3: two\nlines: of text")
    if do == "end":
        os._exit(1)
    if do == "sleep":
        time.sleep(event["seconds"])
    if do == "large":
        return "x" * 300_000
    return event
