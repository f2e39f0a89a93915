"""A terminal of a given width, as programs see one: a pseudo-terminal in the place of both streams."""

import fcntl
import os
import struct
import sys
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest


def shown_on_terminal(call: Callable[[], object], columns: int) -> str:
    """What a call writes on a terminal with so many columns, lines ended by a newline alone."""
    controller, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    read: list[bytes] = []
    reader = threading.Thread(target=_read, args=(controller, read))
    reader.start()
    with pytest.MonkeyPatch.context() as patched:
        with (
            os.fdopen(os.dup(terminal), "w", encoding="utf-8") as out,
            os.fdopen(os.dup(terminal), "w", encoding="utf-8") as err,
        ):
            patched.setattr(sys, "stdout", out)
            patched.setattr(sys, "stderr", err)
            call()
        patched.undo()
    os.close(terminal)
    reader.join()
    os.close(controller)
    return b"".join(read).decode().replace("\r\n", "\n")


def run_on_terminal(arguments: Sequence[str], columns: int = 80) -> str:
    """What a command line shows there."""
    from groundtrain.cli.application import run

    return shown_on_terminal(lambda: run(arguments), columns)


def _read(controller: int, read: list[bytes]) -> None:
    with suppress(OSError):  # nobody has the terminal open any more
        while chunk := os.read(controller, 1 << 16):
            read.append(chunk)
