"""Show the progress of a long task: its steps as they are done, or a bar on standard error."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from groundtrain.cli.printing import print_line
from groundtrain.cli.progress_bar import progress_bar, stderr_console
from groundtrain.cli.terminal import shows_bars
from groundtrain.cli.wrapping import wrapped
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.manifest.source import ManifestSource, local_path
from groundtrain.printable_text import printable
from groundtrain.progress_reporter import ProgressReporter
from groundtrain.quantities import quantity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

_SECONDS_BETWEEN_LINES = 10.0
_DONE = "✓ "


@contextlib.contextmanager
def reporter_for(form: str) -> Iterator[ProgressReporter]:
    """A reporter on standard output, or on standard error when the output is a JSON document."""
    to_stderr = form == "json"
    stream = sys.stderr if to_stderr else sys.stdout
    if not shows_bars(stream):
        yield LineReporter(to_stderr=to_stderr)
        return
    # rich takes a moment to load, which output into a file spares
    from rich.console import Console

    console = Console(stderr=to_stderr, highlight=False)
    with console.status("") as status:
        yield TerminalReporter(console, status)


class LineReporter:
    """A line for everything, with the seconds since the beginning."""

    def __init__(self, *, to_stderr: bool) -> None:
        self._to_stderr = to_stderr
        self._started = time.monotonic()

    def begins(self, what: str) -> None:
        """Print it with an ellipsis."""
        self._print(f"{what} …")

    def reports(self, what: str, details: Iterable[str] = ()) -> None:
        """Print it, and the details below."""
        self._print(what)
        for detail in details:
            print_line(f"         {detail}".rstrip(), to_stderr=self._to_stderr)

    def _print(self, what: str) -> None:
        seconds = time.monotonic() - self._started
        print_line(f"{seconds:6.1f} s {what}", to_stderr=self._to_stderr)


class TerminalReporter:
    """A growing list, with what goes on right now below it."""

    def __init__(self, console: "Console", status: "Status") -> None:
        self._console = console
        self._status = status
        self._started = time.monotonic()

    def begins(self, what: str) -> None:
        """Show it as going on."""
        self._status.update(f"[cyan]{escaped(printable(what))}[/]")

    def reports(self, what: str, details: Iterable[str] = ()) -> None:
        """Add it to the list."""
        seconds = f"{time.monotonic() - self._started:.1f} s"
        width, below = self._console.width - len(_DONE), " " * len(_DONE)
        for i, piece in enumerate(wrapped(f"{printable(what)} {seconds}", width)):
            self._print(f"[green]{below if i else _DONE}[/][bold]{escaped(piece)}[/]")
        for detail in details:
            for piece in wrapped(f"    {printable(detail)}", self._console.width):
                self._print(f"[dim]{escaped(piece)}[/]")

    def _print(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)


def escaped(text: str) -> str:
    """Printable text of foreign origin, for rich."""
    from rich.markup import escape

    return escape(text)


class _WatchedManifest:
    """A manifest that tells how many bytes were read."""

    def __init__(self, source: ManifestSource, tell: Callable[[int], object]) -> None:
        self._source, self._tell = source, tell
        self.name, self.uri, self.size = source.name, source.uri, source.size
        self.path = local_path(source)

    def etag(self) -> str:
        return self._source.etag()

    def open(self) -> Iterator[bytes]:
        done = 0
        for chunk in self._source.open():
            done += len(chunk)
            self._tell(done)
            yield chunk


@contextlib.contextmanager
def watched(source: ManifestSource) -> Iterator[ManifestSource]:
    """The manifest, with a progress bar on a terminal while it is read; see `watched_each`."""
    with watched_each([source]) as (one,):
        yield one


@contextlib.contextmanager
def watched_each(sources: Sequence[ManifestSource]) -> Iterator[list[ManifestSource]]:
    """Manifests that are read one after the other, with one progress bar for each reading of all of them."""
    if not shows_bars(sys.stderr):
        yield [*sources]
        return
    name = sources[0].name if len(sources) == 1 else quantity(len(sources), "manifest")
    with progress_bar(name, sum(each.size for each in sources), in_bytes=True) as bar:
        yield _watched_together(sources, bar.update)


def _watched_together(
    sources: Sequence[ManifestSource], tell: Callable[[int], object]
) -> list[ManifestSource]:
    """Each tells what was read of it and those before it."""
    starts = [0, *accumulate(each.size for each in sources)]
    return [
        _watched(each, lambda done, start=start: tell(start + done))  # type: ignore[misc]
        for each, start in zip(sources, starts, strict=False)
    ]


def _watched(source: ManifestSource, tell: Callable[[int], object]) -> ManifestSource:
    if not isinstance(source, GivenManifests):
        return _WatchedManifest(source, tell)
    each = _watched_together([*source.sources.values()], tell)
    return GivenManifests(dict(zip(source.sources, each, strict=True)))


@contextlib.contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], object]]:
    """A function to call with each number of items done, with a progress bar on a terminal."""
    if not shows_bars(sys.stderr):
        yield bool
        return
    with progress_bar(what, total) as bar:
        yield bar.advance


@contextlib.contextmanager
def transferred(what: str, number: int, size: int) -> Iterator[Callable[[int, int], object]]:
    """A function to call with each number of items done and their bytes.

    Rate and time left are shown by a progress bar on a terminal, by a line now and then elsewhere.
    """
    if not shows_bars(sys.stderr):
        yield _TransferLines(what, number, size).add
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.progress import TransferSpeedColumn as Speed

    title, done = TextColumn("{task.description}", markup=False), 0
    columns = title, BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn()
    with Progress(*columns, console=stderr_console(), transient=True) as bar:
        task = bar.add_task(f"{what} 0 of {number:,}", total=size)

        def add(more: int, weight: int) -> None:
            nonlocal done
            done += more
            bar.update(task, advance=weight, description=f"{what} {done:,} of {number:,}")

        yield add


class _TransferLines:
    """A line on standard error now and then."""

    def __init__(self, what: str, number: int, size: int) -> None:
        self._what, self._number, self._size = what, number, size
        self._done = self._bytes = 0
        self._began = self._told = time.monotonic()

    def add(self, more: int, weight: int) -> None:
        self._done += more
        self._bytes += weight
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES and self._done < self._number:
            self._told = now
            rate = self._bytes / (now - self._began)
            left = (self._size - self._bytes) / rate if rate else 0
            done = f"{self._what}: {self._done:,} of {self._number:,}"
            print_line(f"{done}, {rate / 1e6:,.1f} MB/s, {left:,.0f} s left", to_stderr=True)
