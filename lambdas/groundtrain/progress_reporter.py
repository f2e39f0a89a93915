"""Who shows the progress of a long task to a person; how it looks is for the command line to say."""

from collections.abc import Iterable
from typing import Protocol


class ProgressReporter(Protocol):
    """Shows what happens to a person."""

    def begins(self, what: str) -> None:
        """Something that takes a moment has begun."""

    def reports(self, what: str, details: Iterable[str] = ()) -> None:
        """Something has happened."""


class SilentReporter:
    """Shows nothing, for tests and benchmarks."""

    def begins(self, what: str) -> None:
        """Ignore it."""

    def reports(self, what: str, details: Iterable[str] = ()) -> None:
        """Ignore it."""
