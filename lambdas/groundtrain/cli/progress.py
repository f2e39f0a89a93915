"""Show the progress of a long task: its steps as they are done, or a bar on standard error."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from groundtrain.cli.printing import print_line
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.manifest.source import ManifestSource, local_path
from groundtrain.printable_text import printable
from groundtrain.progress_reporter import ProgressReporter

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.status import Status

_SECONDS_BETWEEN_LINES = 10.0
_LONG = 16 << 20  # bytes; read within a second or two


@contextlib.contextmanager
def reporter_for(form: str) -> Iterator[ProgressReporter]:
    """A reporter on standard output, or on standard error when the output is a JSON document."""
    to_stderr = form == "json"
    stream = sys.stderr if to_stderr else sys.stdout
    if not stream.isatty():
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
        self._status.update(f"[cyan]{_plain(what)}[/]")

    def reports(self, what: str, details: Iterable[str] = ()) -> None:
        """Add it to the list."""
        seconds = time.monotonic() - self._started
        self._console.print(f"[green]✓[/] [bold]{_plain(what)}[/] [dim]{seconds:.1f} s[/]", soft_wrap=True)
        for detail in details:
            self._console.print(f"    [dim]{_plain(detail)}[/]", soft_wrap=True)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))


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
    """The manifest, with a progress bar if it is long and standard error is a terminal."""
    if not sys.stderr.isatty() or source.size < _LONG:
        yield source
        return
    with _progress_bar(printable(source.name), source.size, in_bytes=True) as (bar, task):
        yield _watched(source, lambda done: bar.update(task, completed=done))


def _watched(source: ManifestSource, tell: Callable[[int], object]) -> ManifestSource:
    if not isinstance(source, GivenManifests):
        return _WatchedManifest(source, tell)
    sizes = [each.size for each in source.sources.values()]
    before = [sum(sizes[:place]) for place in range(len(sizes))]
    return GivenManifests(
        {
            side: _WatchedManifest(each, lambda done, start=start: tell(start + done))  # type: ignore[misc]
            for (side, each), start in zip(source.sources.items(), before, strict=True)
        }
    )


@contextlib.contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], object]]:
    """A function to call with each number of items done, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield bool
        return
    with _progress_bar(what, total) as (bar, task):
        yield lambda more: bar.advance(task, more)


@contextlib.contextmanager
def transferred(what: str, number: int, size: int) -> Iterator[Callable[[int, int], object]]:
    """A function to call with each number of items done and their bytes.

    Rate and time left are shown by a progress bar on a terminal, by a line now and then elsewhere.
    """
    if not sys.stderr.isatty():
        yield _TransferLines(what, number, size).add
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.progress import TransferSpeedColumn as Speed

    title, done = TextColumn("{task.description}", markup=False), 0
    columns = title, BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
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


@contextlib.contextmanager
def _progress_bar(what: str, total: int, *, in_bytes: bool = False) -> "Iterator[tuple[Progress, TaskID]]":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn

    amounts = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = TextColumn("{task.description}", markup=False), BarColumn(), amounts
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield bar, bar.add_task(what, total=total)
