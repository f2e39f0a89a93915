"""Processes that read parts of a file, and what is sent to them and back."""

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from groundtrain.child_processes import connected_processes
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.few_collections import few_collections
from groundtrain.dataset.passes.parts import PartRead, PartReader, Task
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.source import FileManifest


def send(connection: Connection, message: tuple[PassSettings, bool] | Task, name: str) -> None:
    """Tell a process how the lines of the file of this name are read, or to read a part.

    Raises:
        GroundtrainError: it has ended.
    """
    with _end_in_words(name):
        connection.send(message)


def received(connection: Connection, name: str) -> PartRead:
    """What a process has sent.

    Raises:
        GroundtrainError: it has ended, or could not go on.
    """
    with _end_in_words(name):
        message: Any = connection.recv()
    if isinstance(message, Exception):
        raise message
    return message  # type: ignore[no-any-return]


@contextmanager
def _end_in_words(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError):
        raise GroundtrainError(
            f"{name} was not read to its end: one of the processes that read it was ended",
            fix="try `--workers 1`, which needs less memory",
        ) from None


def worker_processes(number: int, file: FileManifest) -> AbstractContextManager[list[Connection]]:
    """Connections to so many processes that read parts of a file; they are ended with the block."""
    return connected_processes(number, work, file)


def work(connection: Connection, file: FileManifest) -> None:
    """Read parts of a file as they are asked for; the function of a worker process."""
    reader: PartReader | None = None
    with suppress(EOFError, ConnectionError), few_collections(), ThreadPoolExecutor(1) as sender:
        while True:
            message = connection.recv()
            try:
                if isinstance(message, Task) and reader is not None:
                    read = pickle.dumps(reader.read(message))
                    sender.submit(connection.send_bytes, read)  # while the next part is read
                else:
                    given, keeps_texts = message
                    reader = PartReader(file, given, keeps_texts=keeps_texts)
            except Exception as error:  # noqa: BLE001 - the parent tells what went wrong
                sender.submit(connection.send, error)
                return
