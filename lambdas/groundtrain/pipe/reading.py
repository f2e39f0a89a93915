"""Read a channel of SageMaker's Pipe mode in a training program.

This file needs nothing but Python's standard library, from Python 3.9 on: import it, or copy it into your
training image.

    from groundtrain.pipe import read_channel

    for epoch in range(epochs):
        for image, label in read_channel("train", ["source-ref", "boxes"], epoch):
            ...

A channel is a named pipe for each epoch, /opt/ml/input/data/CHANNEL_NUMBER, numbered from 0. In an augmented
manifest's stream each attribute of a line is a record of its own, in the order of the channel's
AttributeNames: the bytes of the object for an attribute whose name ends in "-ref", JSON for any other.
Sources: SageMaker Developer Guide, "How Amazon SageMaker Provides Training Information" and "Provide Dataset
Metadata to Training Jobs with an Augmented Manifest File"; the layout of records is that of the readers in
aws/sagemaker-tensorflow-extensions and awslabs/ml-io.
"""

from __future__ import annotations

import json
import os
import struct
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAGIC = 0xCED7230A
WHOLE, FIRST, MIDDLE, LAST = range(4)
LENGTH_BITS = 29
HEADER = struct.Struct("<II")

_LARGEST_PART = (1 << LENGTH_BITS) - 1
_BUFFER = 1 << 20
_FORMS = {
    b"\xff\xd8\xff": "a JPEG",
    b"\x89PNG": "a PNG",
    b"GIF8": "a GIF",
    b"BM": "a bitmap",
    b"\x1f\x8b": "a gzip file",
    b"{": "a line of JSON",
    b"[": "JSON",
}


class ChannelError(ValueError):
    """A channel cannot be read; the message says what was found instead, and what is probably wrong."""


def read_channel(
    channel: str, attributes: Sequence[str], epoch: int = 0, *, wait: float = 120.0
) -> Iterator[tuple[Any, ...]]:
    """The examples of one epoch: for each line of the manifest a tuple with one value for each attribute.

    Closing the iterator before its end closes the pipe, which is allowed: the next epoch has its own.

    Args:
        channel: its name in the training job's request, such as "train".
        attributes: the channel's AttributeNames, in their order.
        epoch: number of the pipe, from 0 in every container; read each once, and in order.
        wait: seconds to wait for the pipe to be made.

    Yields:
        bytes for an attribute whose name ends in "-ref", what the JSON says for any other.

    Raises:
        ChannelError: there is no such pipe, or what comes out of it is not such a stream.
    """
    path = _data() / f"{channel}_{epoch}"
    _wait_for(path, channel, wait)
    with path.open("rb", buffering=_BUFFER) as pipe:  # blocks until SageMaker opens the other end
        yield from _examples(pipe, attributes, str(path))


def read_records(file: BinaryIO, name: str = "the stream") -> Iterator[bytes]:
    """The records of a RecordIO stream; a record in several parts is joined, with nothing between.

    Args:
        file: opened for reading, with a buffer, as `open` does it if not told otherwise.
        name: what the stream is called in messages.

    Raises:
        ChannelError: it is no RecordIO, or ends within a record.
    """
    parts: list[bytes] = []
    position = 0
    while header := file.read(HEADER.size):
        flag, length = _header(header, position, name)
        if (flag in (MIDDLE, LAST)) != bool(parts):
            raise ChannelError(_out_of_order(flag, position, name))
        padded = length + -length % 4
        payload = file.read(padded)
        if len(payload) < padded:
            raise ChannelError(f"{name} ends within a record, {position + 8 + len(payload):,} bytes on")
        position += HEADER.size + padded
        if padded > length:
            payload = payload[:length]
        if flag == WHOLE:
            yield payload
            continue
        parts.append(payload)
        if flag == LAST:
            yield b"".join(parts)
            parts = []
    if parts:
        raise ChannelError(f"{name} ends after {len(parts)} parts of a record, before its last")


def _examples(pipe: BinaryIO, attributes: Sequence[str], name: str) -> Iterator[tuple[Any, ...]]:
    records = read_records(pipe, name)
    number = 0
    while example := list(islice(records, len(attributes))):
        number += 1
        if len(example) < len(attributes):
            raise ChannelError(
                f"{name} ends after record {len(example)} of example {number:,}, and an example was to have"
                f" {len(attributes)}: are the channel's AttributeNames others than {', '.join(attributes)}?"
            )
        yield tuple(_value(example, i, attributes, number, name) for i in range(len(attributes)))


def _value(example: list[bytes], i: int, attributes: Sequence[str], number: int, name: str) -> Any:
    if attributes[i].endswith("-ref"):
        return example[i]
    try:
        return json.loads(example[i])
    except ValueError as error:
        raise ChannelError(
            f"{name}: record {i + 1} of example {number:,} was to be {attributes[i]}, as JSON, and is"
            f" {_form(example[i])}: are the channel's AttributeNames in another order than"
            f" {', '.join(attributes)}?"
        ) from error


def _data() -> Path:
    """The folder of the channels; SAGEMAKER_BASE_DIR moves it, as it does in SageMaker's training toolkit."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR") or "/opt/ml") / "input" / "data"


def _wait_for(path: Path, channel: str, wait: float) -> None:
    """The next epoch's pipe may be made late, so it is looked for again and again."""
    until = time.monotonic() + wait
    while not path.exists():
        if (path.parent / channel).is_dir():
            raise ChannelError(
                f"{path.parent / channel} is a folder: the channel is in File mode and has no {path.name}"
            )
        if time.monotonic() >= until:
            there = ", ".join(sorted(one.name for one in path.parent.glob("*_*"))[:5])
            raise ChannelError(
                f"there is no pipe {path} after {wait:g} s; there {f'is {there}' if there else 'are none'}:"
                " is the channel's name another?"
            )
        time.sleep(0.02)


def _header(header: bytes, position: int, name: str) -> tuple[int, int]:
    if len(header) == HEADER.size:
        magic, word = HEADER.unpack(header)
        flag, length = word >> LENGTH_BITS, word & _LARGEST_PART
        if magic == MAGIC and flag <= LAST:
            return flag, length
        if magic == MAGIC:
            raise ChannelError(f"{name} has a record of the unknown kind {flag} at byte {position:,}")
    raise ChannelError(
        f"{name} has {_form(header)} at byte {position:,} where a RecordIO header should be:"
        f" {'has its writer ended early' if position else 'is RecordWrapperType RecordIO on the channel'}?"
    )


def _out_of_order(flag: int, position: int, name: str) -> str:
    what = {WHOLE: "a whole record", FIRST: "a first part", MIDDLE: "a middle part", LAST: "a last part"}[
        flag
    ]
    why = "before the first" if flag in (MIDDLE, LAST) else "before the last part of the one before"
    return f"{name} has {what} at byte {position:,}, {why}"


def _form(data: bytes) -> str:
    """What bytes are, by how they begin."""
    return next((form for start, form in _FORMS.items() if data.startswith(start)), f"{data[:8]!r}")
