"""Wait for what others do: never in silence, and not for ever."""

import time
from collections.abc import Callable

from groundtrain.durations import Duration
from groundtrain.errors import GroundtrainError
from groundtrain.progress_reporter import ProgressReporter

_SHORTEST, _LONGEST = 1.0, 15.0  # seconds between two looks
_HEARTBEAT = 60.0
_UNUSUAL = 300.0  # seconds after which a dataset or a model is late


class NoModelError(GroundtrainError):
    """No model comes of what was published, or none has come in the time that was given."""

    exit_code = 1


class Patience:
    """Waits a little longer each time, tells now and then what for, and has an end.

    Args:
        timeout: seconds; 0 for no end.
        reporter: is told.
        pause: lets so many seconds pass.
        now: seconds of a clock.
    """

    def __init__(
        self,
        timeout: float,
        reporter: ProgressReporter,
        pause: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reporter, self._pause, self._now, self._timeout = reporter, pause, now, timeout
        self._began = now()
        self.begins("")

    def begins(self, what: str) -> None:
        """What is waited for from now on."""
        self._what, self._seconds = what, _SHORTEST
        self._since = self._told = self._now()
        if what:
            self.reporter.begins(f"Waiting for {what}")

    def waits(self, seconds: float | None = None) -> None:
        """Let some time pass.

        Raises:
            NoModelError: the time that was given is over.
        """
        now = self._now()
        if self._timeout and now - self._began >= self._timeout:
            raise NoModelError(
                f"{self._what} has not come within {Duration(int(self._timeout))}",
                fix="run the same again with --wait, which goes on waiting",
            )
        if now - self._told >= _HEARTBEAT:
            self._told = now
            self.reporter.reports(f"still waiting for {self._what}, for {now - self._since:.0f} s so far")
        self._pause(seconds or self._seconds)
        self._seconds = min(1.3 * self._seconds, _LONGEST)

    @property
    def is_late(self) -> bool:
        """Whether this takes longer than it usually does."""
        return self._now() - self._since > _UNUSUAL


class Hint:
    """Says something once, when what is waited for takes longer than usual.

    Args:
        patience: waits for it.
        what: to say.
    """

    def __init__(self, patience: Patience, what: str) -> None:
        self._patience, self._what = patience, what

    def say_when_late(self) -> None:
        """Say it, if it is time and was not said."""
        if self._what and self._patience.is_late:
            self._patience.reporter.reports(self._what)
            self._what = ""
