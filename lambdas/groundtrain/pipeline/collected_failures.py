"""Loops over what comes from outside: whatever fails with one, the others are done, and then it is raised."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from groundtrain.observability import logger
from groundtrain.printable_text import printable_start

_Found = TypeVar("_Found")
_SHOWN, _LONGEST = 3, 500  # failures in the error's text, characters of each


class SomeFailedError(Exception):
    """Everything was tried, and some of it failed; the log has all of it."""


def harmless(error: Exception) -> Exception:
    """The error, to be raised where Lambda writes its text into the log as it is."""
    text = str(error)
    kind = type(error).__name__
    return (
        error
        if text.isprintable() and len(text) <= _LONGEST
        else SomeFailedError(printable_start(f"{kind}: {text}", _LONGEST))
    )


class Failures:
    """What failed in a loop that went on."""

    def __init__(self) -> None:
        self._failed: list[str] = []

    def listed(
        self, what: str, found: Iterable[_Found], *, unless: tuple[type[Exception], ...] = ()
    ) -> Iterator[_Found]:
        """What is found; when the listing fails, what was found until then.

        Raises:
            `unless`: for an error that the caller knows what to do about.
        """
        expected: Exception | None = None
        with self.caught(what):
            try:
                yield from found
            except unless as error:
                expected = error
        if expected is not None:
            raise expected

    @contextmanager
    def caught(self, what: str, name: str = "") -> Iterator[None]:
        """Whatever error ends the block, it is logged and the loop goes on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the next one is tried
            about = f"{what} {name}".strip()
            logger.exception(
                "Failed, the others go on", about=about, reason=f"{type(error).__name__}: {error}"
            )
            self._failed.append(printable_start(f"{about}: {type(error).__name__}: {error}", _LONGEST))

    def raise_if_any_failed(self) -> None:
        """End with an error, so that its alarm comes.

        Raises:
            SomeFailedError
        """
        if self._failed:
            more = f", and {len(self._failed) - _SHOWN} more" if len(self._failed) > _SHOWN else ""
            raise SomeFailedError("; ".join(self._failed[:_SHOWN]) + more)
