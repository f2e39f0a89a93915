"""What the demonstration tells while it goes on; the command line decides how it looks."""

from collections.abc import Iterable
from typing import Protocol


class Narrator(Protocol):
    """Whoever shows the demonstration to a person."""

    def begins(self, what: str) -> None:
        """Something that takes a moment has begun: "deploying"."""

    def tells(self, what: str, details: Iterable[str] = ()) -> None:
        """Something has happened; details are lines of their own."""
