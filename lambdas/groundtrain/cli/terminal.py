"""What a stream is: a terminal or not, how wide, and whether colours and moving lines are welcome."""

import os
from typing import IO

_LEAST = 20  # columns; a terminal that says it has fewer does not know


def is_terminal(stream: IO[str]) -> bool:
    """Whether people read it as it is printed."""
    return stream.isatty()


def shows_bars(stream: IO[str]) -> bool:
    """Whether a line can be drawn over; TERM=dumb is a terminal that cannot."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def width_of(stream: IO[str]) -> int | None:
    """Columns of a terminal, as it says itself; None of a file or a pipe, whose lines are never wrapped."""
    if not is_terminal(stream):
        return None
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # no file descriptor, or one that knows no size
        return None
    return columns if columns >= _LEAST else None


def welcomes_colours(stream: IO[str]) -> bool:
    """Whether a stream is to have colours.

    NO_COLOR forbids them (https://no-color.org), else FORCE_COLOR asks for them (https://force-color.org),
    else a terminal has them that is not dumb.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or shows_bars(stream)
