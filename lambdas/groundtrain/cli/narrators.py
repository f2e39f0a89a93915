"""Show the progress of a long task: live on a terminal, line by line elsewhere."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from groundtrain.cli.printing import print_line
from groundtrain.narrator import Narrator
from groundtrain.printable_text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status


@contextlib.contextmanager
def narrator_for(form: str) -> Iterator[Narrator]:
    """A narrator on standard output, or on standard error when the output is a JSON document."""
    to_stderr = form == "json"
    stream = sys.stderr if to_stderr else sys.stdout
    if not stream.isatty():
        yield LineNarrator(to_stderr=to_stderr)
        return
    from rich.console import Console

    console = Console(stderr=to_stderr, highlight=False)
    with console.status("") as status:
        yield TerminalNarrator(console, status)


class LineNarrator:
    """A line for everything, with the seconds since the beginning."""

    def __init__(self, *, to_stderr: bool) -> None:
        self._to_stderr = to_stderr
        self._started = time.monotonic()

    def begins(self, what: str) -> None:
        """Print it with an ellipsis."""
        self._print(f"{what} …")

    def tells(self, what: str, details: Iterable[str] = ()) -> None:
        """Print it, and the details below."""
        self._print(what)
        for detail in details:
            print_line(f"         {detail}".rstrip(), to_stderr=self._to_stderr)

    def _print(self, what: str) -> None:
        seconds = time.monotonic() - self._started
        print_line(f"{seconds:6.1f} s {what}", to_stderr=self._to_stderr)


class TerminalNarrator:
    """A growing list, with what goes on right now below it."""

    def __init__(self, console: "Console", status: "Status") -> None:
        self._console = console
        self._status = status
        self._started = time.monotonic()

    def begins(self, what: str) -> None:
        """Show it as going on."""
        self._status.update(f"[cyan]{_plain(what)}[/]")

    def tells(self, what: str, details: Iterable[str] = ()) -> None:
        """Add it to the list."""
        seconds = time.monotonic() - self._started
        self._console.print(f"[green]✓[/] [bold]{_plain(what)}[/] [dim]{seconds:.1f} s[/]", soft_wrap=True)
        for detail in details:
            self._console.print(f"    [dim]{_plain(detail)}[/]", soft_wrap=True)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))
