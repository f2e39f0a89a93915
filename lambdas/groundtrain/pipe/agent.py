"""Send a channel through named pipes, one an epoch, as SageMaker does beside a training program.

A pipe is opened when the program opens it, and the next one is made in advance, which is usual and not
promised: that of the second epoch may be made late. A program may close a pipe before its end. Sources:
SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information"; sagemaker_pipe_input_stream
in awslabs/ml-io. What happens to a pipe that is opened a second time is not confirmed (C14): here nothing
comes out of it, and the agent knows.
"""

import errno
import fcntl
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from groundtrain.pipe.channel import Channel
from groundtrain.pipe.examples import Example, ManifestLines, Objects, examples_of
from groundtrain.pipe.recordio import LONGEST_PART, framed
from groundtrain.pipe.sending import LOOKS_EVERY, MOST_PIECES, Epoch, Piece, Sending

_CAPACITY = 1 << 20  # of a pipe, where the system allows it
_BATCH = 64 << 10  # bytes that are written in one call at least, but at the end
_KEPT = 2  # pipes of past epochs that are watched for a second reader


class ChannelAgent:
    """Sends a channel, in a thread of its own, until it is stopped; channels do not wait for one another.

    Where `late`, the second epoch's pipe is made when `make_second_pipe` is called, and not in advance.

    Attributes:
        channel: what it sends.
        records: lines of its manifest.
        epochs: how far each epoch is, from the first.
        opened_twice: numbers of pipes that were opened again after their end.
        waits_for_more: whether an epoch after the `most_epochs` was asked for.
        failure: why it cannot go on: a line or an object that cannot be sent; None while nothing is wrong.
    """

    def __init__(
        self,
        channel: Channel,
        folder: Path,
        objects: Objects,
        *,
        longest_part: int = LONGEST_PART,
        most_examples: int | None = None,
        most_epochs: int | None = None,
        late: bool = False,
    ) -> None:
        self.channel = channel
        self.epochs: list[Epoch] = []
        self.opened_twice: set[int] = set()
        self.waits_for_more = False
        self.failure: Exception | None = None
        self._folder = folder
        self._objects = objects
        self._longest_part = longest_part
        self._most_examples, self._most_epochs = most_examples, most_epochs
        self._lines = ManifestLines(channel.manifest)
        self.records = len(self._lines)
        self._stopped, self._goes_on = threading.Event(), threading.Event()
        if not late:
            self._goes_on.set()
        self._past: deque[int] = deque()
        self._thread = threading.Thread(target=self._run, name=f"channel {channel.name}", daemon=True)

    def start(self) -> None:
        """Make the first pipe, and begin."""
        self._make(0)
        self._thread.start()

    def make_second_pipe(self) -> None:
        """Let it be made, once the first epoch has ended; those after it are made in advance."""
        self._goes_on.set()

    def stop(self) -> None:
        """End the thread, and remove the pipes."""
        self._stopped.set()
        self._goes_on.set()
        self._thread.join()
        self._lines.close()
        for number in range(len(self.epochs) + 2):
            self.path(number).unlink(missing_ok=True)

    def path(self, number: int) -> Path:
        """The pipe of an epoch."""
        return self._folder / f"{self.channel.name}_{number}"

    def _run(self) -> None:
        try:
            for number in count():
                self._make_pipes(number)
                if (pipe := self._opened(number)) is None:
                    return
                if number == self._most_epochs:
                    self.waits_for_more = True
                    self._stopped.wait()
                    os.close(pipe)
                    return
                self._send(number, pipe)
        except Exception as error:  # noqa: BLE001 - whoever started the agent raises it
            self.failure = error

    def _make_pipes(self, number: int) -> None:
        """The pipe of an epoch, which may have been made before, and the next."""
        if number:
            self._goes_on.wait()
            self._make(number)
        if self._goes_on.is_set():
            self._make(number + 1)

    def _make(self, number: int) -> None:
        with suppress(FileExistsError):
            os.mkfifo(self.path(number))

    def _watch(self, number: int) -> None:
        """Put another pipe in the place of one that was read; whoever opens it, opens the epoch again."""
        self.path(number).unlink(missing_ok=True)
        self._make(number)
        self._past.append(number)
        if len(self._past) > _KEPT:
            self.path(self._past.popleft()).unlink(missing_ok=True)

    def _opened(self, number: int) -> int | None:
        """The pipe, once there is a reader; None when the agent is stopped before."""
        while not self._stopped.is_set():
            if (pipe := _writer(self.path(number))) is not None:
                _enlarge(pipe)
                return pipe
            for past in self._past:
                if past not in self.opened_twice and (again := _writer(self.path(past))) is not None:
                    self.opened_twice.add(past)
                    os.close(again)
            self._stopped.wait(LOOKS_EVERY)
        return None

    def _send(self, number: int, pipe: int) -> None:
        examples = min(self.records, self._most_examples or self.records)
        epoch = Epoch(number, examples)
        self.epochs.append(epoch)
        stream = examples_of(self._lines, self.channel, number, self._objects, self._most_examples)
        began = time.monotonic()
        sending = Sending(epoch, pipe, self._stopped)
        try:
            for pieces, lengths, is_last in self._batches(stream):
                if is_last:
                    sending.drain()  # so that it is left, if the reader does not read to the end
                sending.write(pieces, lengths)
            sending.drain()
        except BrokenPipeError:
            sending.count()
        except Exception as error:  # noqa: BLE001 - whoever started the agent raises it
            self.failure = error
            self._stopped.wait()  # an end of the pipe would tell the program that this was all
        finally:
            epoch.seconds = time.monotonic() - began
            epoch.ended = True
            self._watch(number)  # before the reader sees the end, and may open it again
            os.close(pipe)

    def _batches(self, stream: Iterator[Example]) -> Iterator[tuple[list[Piece], list[int], bool]]:
        """Pieces to write together, the lengths of the examples in them, and whether it is the last one.

        The last example is a batch of its own.
        """
        pieces: list[Piece] = []
        lengths: list[int] = []
        last: list[Piece] = []
        for example in stream:
            pieces += last
            lengths += [sum(map(len, last))] if last else []
            last = [*self._pieces(example)]
            if sum(lengths) >= _BATCH or len(pieces) >= MOST_PIECES // 2:
                yield pieces, lengths, False
                pieces, lengths = [], []
        yield pieces, lengths, False
        if last:
            yield last, [sum(map(len, last))], True

    def _pieces(self, example: Example) -> list[bytes]:
        if not self.channel.framed:
            return list(example)
        return [piece for record in example for piece in framed(record, self._longest_part)]


def _writer(path: Path) -> int | None:
    """The pipe, open for writing; None while nobody reads it."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT):
            return None
        raise


def _enlarge(pipe: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError):  # beyond what the system allows to one user
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CAPACITY)
