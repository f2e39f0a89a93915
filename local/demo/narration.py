"""A demonstration that shows nothing, for tests and benchmarks."""

from collections.abc import Iterable


class SilentNarrator:
    """A `Narrator` that prints nothing."""

    def begins(self, what: str) -> None:
        """Ignore it."""

    def tells(self, what: str, details: Iterable[str] = ()) -> None:
        """Ignore it."""
