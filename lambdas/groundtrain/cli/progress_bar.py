"""A bar or a moving mark on standard error, drawn once a task takes a while, and gone when it ends."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from groundtrain.cli.terminal import shows_bars
from groundtrain.printable_text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

SOON = 0.5
"""Seconds until it is drawn: what is done by then needs none, and rich takes a moment to load."""


class ProgressBar:
    """A bar for a task whose size is known, in bytes or in items."""

    def __init__(self, what: str, total: int, *, in_bytes: bool) -> None:
        self._what, self._total, self._in_bytes = printable(what), total, in_bytes
        self._done, self._began = 0, time.monotonic()
        self._drawn: tuple[Progress, TaskID] | None = None

    def update(self, done: int) -> None:
        """Show how much is done in all."""
        self._done = done
        if self._drawn is None and time.monotonic() - self._began >= SOON:
            self._drawn = _drawn_bar(self._what, self._total, in_bytes=self._in_bytes)
        if self._drawn is not None:
            bar, task = self._drawn
            bar.update(task, completed=done)

    def advance(self, more: int) -> None:
        """Show that so much more is done."""
        self.update(self._done + more)

    def close(self) -> None:
        """Take it away."""
        if self._drawn is not None:
            self._drawn[0].stop()


@contextlib.contextmanager
def progress_bar(what: str, total: int, *, in_bytes: bool = False) -> Iterator[ProgressBar]:
    """A bar while the block runs; for a terminal only."""
    bar = ProgressBar(what, total, in_bytes=in_bytes)
    try:
        yield bar
    finally:
        bar.close()


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """A moving mark and what goes on, for a task that says nothing until it is done; for a terminal only."""
    if not shows_bars(sys.stderr):
        yield
        return
    drawn: list[Any] = []

    def draw() -> None:
        from rich.markup import escape

        drawn.append(stderr_console().status(escape(printable(what))))
        drawn[0].start()

    timer = threading.Timer(SOON, draw)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for one in drawn:
            one.stop()


def stderr_console() -> "Console":
    """Standard error, as rich draws on it."""
    from rich.console import Console

    return Console(stderr=True)


def _drawn_bar(what: str, total: int, *, in_bytes: bool) -> "tuple[Progress, TaskID]":
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn

    amounts = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = TextColumn("{task.description}", markup=False), BarColumn(), amounts
    bar = Progress(*columns, console=stderr_console(), transient=True)
    task = bar.add_task(what, total=total)
    bar.start()
    return bar, task
