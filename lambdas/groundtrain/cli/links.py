"""Files as links that a terminal opens, and pages in a browser where that is asked for."""

import os
import sys
import webbrowser
from pathlib import Path

from groundtrain.cli.printing import print_line, print_link
from groundtrain.cli.terminal import shows_bars


def print_file(says: str, path: Path) -> None:
    """Print a line that ends with the name of a file, which on a terminal is a link to it (OSC 8).

    A terminal that knows no links shows the name alone.
    """
    name = os.fspath(path)
    if shows_bars(sys.stdout):
        print_link(says, name, path.resolve().as_uri())
    else:
        print_line(f"{says} {name}")


def open_page(path: Path) -> None:
    """Open a page in the browser of the person at the terminal; says so where there is none of either."""
    if not shows_bars(sys.stdout):
        print_line("No browser was opened, since the output is no terminal.", to_stderr=True)
    elif not webbrowser.open(path.resolve().as_uri()):
        print_line("No browser was found to open it with.", to_stderr=True)
