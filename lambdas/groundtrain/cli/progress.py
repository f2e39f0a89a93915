"""Progress bars on standard error for long tasks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from groundtrain.manifest.source import ManifestSource
from groundtrain.printable_text import printable

_LONG = 16 << 20  # bytes; read within a second or two


class _Watched:
    """A manifest that reports how many bytes were read."""

    def __init__(self, source: ManifestSource, tell: Callable[[int], object]) -> None:
        self._source, self._tell = source, tell
        self.name, self.uri, self.size = source.name, source.uri, source.size

    def etag(self) -> str:
        return self._source.etag()

    def open(self) -> Iterator[bytes]:
        done = 0
        for chunk in self._source.open():
            done += len(chunk)
            self._tell(done)
            yield chunk


@contextmanager
def watched(source: ManifestSource) -> Iterator[ManifestSource]:
    """The manifest, with a progress bar if it is long and standard error is a terminal."""
    if not sys.stderr.isatty() or source.size < _LONG:
        yield source
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(source.name), total=source.size)
        yield _Watched(source, lambda done: bar.update(task, completed=done))


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], object]]:
    """A function to call with each number of items done, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield bool
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
