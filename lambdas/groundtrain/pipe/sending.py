"""Write into an open pipe, and count what the other end takes out of it."""

import fcntl
import os
import select
import struct
import termios
import threading
import time
from collections import deque

from msgspec import Struct

Piece = bytes | memoryview

MOST_PIECES = 900
"""Of one call to the system, whose limit is 1,024."""

LOOKS_EVERY = 0.004
"""Seconds, between looks for a reader that opens a pipe, or empties it."""


class Epoch(Struct):
    """How far the pipe of an epoch is.

    Attributes:
        number: of the pipe.
        examples: those that it is to have.
        read: examples that the program took out of the pipe to their last byte.
        bytes: bytes that it took.
        seconds: since the program opened it, until it was closed.
        waited: seconds in which the pipe was full, and the agent waited for the program.
        ended: whether it was closed, by whichever side.
    """

    number: int
    examples: int
    read: int = 0
    bytes: int = 0
    seconds: float = 0.0
    waited: float = 0.0
    ended: bool = False

    @property
    def unread(self) -> int:
        """Examples that were left when it was closed."""
        return self.examples - self.read


class Sending:
    """Writes into an open pipe, counts what the other end takes, and gives up when the agent is stopped."""

    def __init__(self, epoch: Epoch, pipe: int, stopped: threading.Event) -> None:
        self._epoch, self._pipe, self._stopped = epoch, pipe, stopped
        self._written = self._framed = 0
        self._ends: deque[int] = deque()
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLOUT)

    def write(self, pieces: list[Piece], lengths: list[int]) -> None:
        """Write pieces of examples of these lengths.

        Raises:
            BrokenPipeError: the reader closed the pipe, or the agent is stopped.
        """
        for length in lengths:
            self._framed += length
            self._ends.append(self._framed)
        while pieces:
            try:
                written = os.writev(self._pipe, pieces[:MOST_PIECES])
            except BlockingIOError:
                self._wait(100)
                continue
            self._written += written
            pieces = _after(pieces, written)
        self.count()

    def drain(self) -> None:
        """Wait until the reader has taken everything, so that what it leaves is known.

        Raises:
            BrokenPipeError: it closed the pipe before, or the agent is stopped.
        """
        while self.count():
            began = time.monotonic()
            time.sleep(LOOKS_EVERY / 4)
            self._epoch.waited += time.monotonic() - began
            if self._stopped.is_set() or any(event & select.POLLERR for _, event in self._poll.poll(0)):
                raise BrokenPipeError

    def count(self) -> int:
        """Count what was taken, and return the bytes that are left in the pipe."""
        left = _bytes_in(self._pipe)
        taken = self._written - left
        while self._ends and self._ends[0] <= taken:
            self._ends.popleft()
            self._epoch.read += 1
        self._epoch.bytes = taken
        return left

    def _wait(self, milliseconds: int) -> None:
        began = time.monotonic()
        self._poll.poll(milliseconds)
        self._epoch.waited += time.monotonic() - began
        self.count()
        if self._stopped.is_set():
            raise BrokenPipeError


def _bytes_in(pipe: int) -> int:
    return int(struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0])


def _after(pieces: list[Piece], written: int) -> list[Piece]:
    """What is left of the pieces."""
    for i, piece in enumerate(pieces):
        if written < len(piece):
            return [memoryview(piece)[written:], *pieces[i + 1 :]]
        written -= len(piece)
    return []
