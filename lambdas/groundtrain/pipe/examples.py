"""The examples of a channel: a manifest's lines in the order of an epoch, and their objects."""

import os
import random
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.images.image_store import ImageStore, read_image
from groundtrain.pipe.channel import Channel
from groundtrain.pipe.recordio import LONGEST_PART

Example = tuple[bytes, ...]
"""One record for each attribute of a line, before framing."""

_READ_AHEAD = 64 << 20  # bytes of objects that wait to be sent
_LINE = msgspec.json.Decoder(dict[str, msgspec.Raw])


class UnreadableObjectError(GroundtrainError):
    """An object of the manifest cannot be sent."""

    exit_code = 1


class Objects(Struct, frozen=True):
    """Where the objects of "-ref" attributes are read.

    Attributes:
        read: the bytes of the object at an address; raises ImageError.
        at_once: objects that are read at the same time, ahead of what is sent.
    """

    read: Callable[[str], bytes]
    at_once: int = 1


def objects_of(store: ImageStore, at_once: int = 1) -> Objects:
    """The objects of a store; several at once where each takes a request."""
    return Objects(partial(read_image, store, largest=LONGEST_PART), at_once)


class ManifestLines:
    """A manifest's lines by number, which takes 8 bytes of memory a line; blank lines are none."""

    def __init__(self, manifest: Path) -> None:
        self._name = manifest.name
        self._starts = array("Q")
        with manifest.open("rb") as file:
            position = 0
            for line in file:
                if not line.isspace():
                    self._starts.append(position)
                position += len(line)
        self._end = position
        self._file = manifest.open("rb", buffering=0)

    def __len__(self) -> int:
        return len(self._starts)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def order(self, seed: int | None, epoch: int) -> Iterable[int]:
        """Numbers of the lines, from 0: as they are, or with a seed in another order each epoch.

        It is the same for the same seed and epoch; SageMaker's own order is not confirmed (C16).
        """
        if seed is None:
            return range(len(self))
        numbers = array("Q", range(len(self)))
        random.Random(f"{seed}/{epoch}").shuffle(numbers)  # noqa: S311 - nothing secret hangs on it
        return numbers

    def values(self, number: int) -> dict[str, msgspec.Raw]:
        """Each value of a line as the JSON that it is in the file.

        Raises:
            ManifestError: the line is no JSON object, as when the file changed meanwhile.
        """
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self) else self._end
        try:
            return _LINE.decode(os.pread(self._file.fileno(), end - start, start))
        except msgspec.DecodeError as error:
            raise ManifestError(
                f"{self._name}: record {number + 1:,} is not a JSON object ({error})",
                fix="see by groundtrain check what is wrong with it",
            ) from error

    def example(self, attributes: tuple[str, ...], read: Callable[[str], bytes], number: int) -> Example:
        """The records of a line: objects for attributes that end in "-ref", JSON for others.

        The JSON is spaced as in the file; how SageMaker spaces it is not confirmed (C17).

        Raises:
            ManifestError: the line has no such attribute.
            UnreadableObjectError
        """
        values, records = self.values(number), []
        for attribute in attributes:
            if attribute not in values:
                raise ManifestError(
                    f"{self._name}: record {number + 1:,} has no {attribute}, which AttributeNames asks for",
                    fix="correct AttributeNames, or see by groundtrain check what is wrong with the line",
                )
            value = values[attribute]
            records.append(self._object(value, read, number) if attribute.endswith("-ref") else bytes(value))
        return tuple(records)

    def _object(self, value: msgspec.Raw, read: Callable[[str], bytes], number: int) -> bytes:
        address: Any = msgspec.json.decode(value)
        try:
            return read(str(address))
        except GroundtrainError as error:
            raise UnreadableObjectError(
                f"{self._name}: record {number + 1:,}: {address}: {error.message}",
                fix=error.fix or "see by groundtrain check --images list what is missing",
            ) from error


def examples_of(
    lines: ManifestLines, channel: Channel, epoch: int, objects: Objects, most: int | None = None
) -> Iterator[Example]:
    """The examples of an epoch, `most` of them at most.

    Raises:
        ManifestError, UnreadableObjectError
    """
    numbers = islice(lines.order(channel.seed, epoch), most)
    make = partial(lines.example, channel.attributes, objects.read)
    return map(make, numbers) if objects.at_once == 1 else _read_ahead(make, numbers, objects.at_once)


def _read_ahead(make: Callable[[int], Example], numbers: Iterable[int], at_once: int) -> Iterator[Example]:
    """Several at once, in order; fewer wait when they are large, so that memory stays within bounds."""
    pool = ThreadPoolExecutor(at_once)
    waiting: deque[Future[Example]] = deque()
    largest = 1
    try:
        for number in numbers:
            waiting.append(pool.submit(make, number))
            while len(waiting) >= min(2 * at_once, max(1, _READ_AHEAD // largest)):
                example = waiting.popleft().result()
                largest = max(largest, sum(map(len, example)))
                yield example
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
