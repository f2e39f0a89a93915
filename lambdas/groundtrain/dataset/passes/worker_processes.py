"""Processes that read parts of a file, and what is sent to them and back."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from groundtrain.child_processes import connected_processes
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.few_collections import few_collections
from groundtrain.dataset.passes.parts import PartRead, PartReader, Task
from groundtrain.dataset.passes.shared_texts import SharedTexts
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest


def send(connection: Connection, message: tuple[PassSettings, bool] | Task, name: str) -> None:
    """Tell a process how the lines of the file of this name are read, or to read a part.

    Raises:
        GroundtrainError: it has ended.
    """
    with _end_in_words(name):
        connection.send(message)


def received(connection: Connection, name: str, shared: SharedTexts) -> PartRead:
    """What a process has sent, with the texts that it has left.

    Raises:
        GroundtrainError: it has ended, or could not go on.
    """
    with _end_in_words(name):
        message: Any = connection.recv()
    if isinstance(message, Exception):
        raise message
    read, lengths = message
    if lengths is None:
        return read  # type: ignore[no-any-return]
    return _with_texts(read, shared.views(read.slot, lengths))


@contextmanager
def _end_in_words(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError):
        raise GroundtrainError(
            f"{name} was not read to its end: one of the processes that read it was ended",
            fix="try `--workers 1`, which needs less memory",
        ) from None


def worker_processes(
    number: int, file: FileManifest, shared: SharedTexts
) -> AbstractContextManager[list[Connection]]:
    """Connections to so many processes that read parts of a file; they are ended with the block."""
    return connected_processes(number, work, file, shared)


def work(connection: Connection, file: FileManifest, shared: SharedTexts) -> None:
    """Read parts of a file as they are asked for; the function of a worker process."""
    reader: PartReader | None = None
    with suppress(EOFError, ConnectionError), few_collections():
        while True:
            message = connection.recv()
            try:
                if isinstance(message, Task) and reader is not None:
                    answer = _left(reader.read(message), shared)
                else:
                    given, keeps_texts = message
                    reader = PartReader(file, given, keeps_texts=keeps_texts)
                    continue
            except Exception as error:  # noqa: BLE001 - the parent tells what went wrong
                connection.send(error)
                return
            connection.send(answer)


def _left(read: PartRead, shared: SharedTexts) -> tuple[PartRead, list[int] | None]:
    """What came of a part without its texts, and their lengths, if they were left to the first process."""
    texts = [text for text, _ in read.texts]
    if read.slot is None or not shared.leave(read.slot, texts):
        return read, None
    return _with_texts(read, [b""] * len(texts)), [*map(len, texts)]


def _with_texts(read: PartRead, texts: Sequence[bytes | memoryview]) -> PartRead:
    records = [number for _, number in read.texts]
    return read._replace(texts=list(zip(texts, records, strict=True)))
