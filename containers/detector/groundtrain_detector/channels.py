"""The examples of a channel, epoch by epoch, read in a thread of their own so that SIGTERM is heard."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from groundtrain.pipe.reading import ChannelError, read_channel
from groundtrain_detector.errors import DetectorError
from groundtrain_detector.stopping import Stop

TRAIN, VALIDATION = "train", "validation"
_LOOKS_EVERY = 0.2
_READ_AHEAD = 64  # files


class Labeled(NamedTuple):
    """A file of an image, and its label as JSON says it."""

    image: bytes
    label: object


Reader = Callable[[str, int], Iterator[Labeled]]
"""Reads a channel, such as "train", for the n-th time, from 0."""
_END = None


def pipe_reader(label_attribute: str) -> Reader:
    """Reads the pipes that SageMaker makes."""

    def read(channel: str, number: int) -> Iterator[Labeled]:
        for image, label in read_channel(channel, ["source-ref", label_attribute], number):
            yield Labeled(image, label)

    return read


def in_background(examples: Iterator[Labeled], stop: Stop) -> Iterator[Labeled]:
    """The same, while a thread reads ahead.

    Raises:
        StoppedError: the training was told to stop.
        DetectorError: the channel cannot be read.
    """
    ready: queue.Queue[Any] = queue.Queue(_READ_AHEAD)
    threading.Thread(target=_read, args=(examples, ready), daemon=True).start()
    while True:
        stop.raise_if_told()
        try:
            found = ready.get(timeout=_LOOKS_EVERY)
        except queue.Empty:
            continue
        if found is _END:
            return
        if isinstance(found, ChannelError | OSError):
            raise DetectorError(str(found)) from found
        if isinstance(found, BaseException):
            raise found
        yield found


def _read(examples: Iterator[Labeled], ready: queue.Queue[Any]) -> None:
    try:
        for one in examples:
            ready.put(one)
        ready.put(_END)
    except BaseException as error:  # noqa: BLE001 (raised again where the examples are waited for)
        ready.put(error)
