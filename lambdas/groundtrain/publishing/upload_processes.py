"""Images put by a process for each core, as one puts only some 600 small ones a second.

Each batch comes with the credentials of now, so that no process asks a person for a second factor.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection, wait

from groundtrain.aws.clients import Clients, Credentials, current_credentials, uploads_client
from groundtrain.aws.upload_store import UploadStore
from groundtrain.child_processes import connected_processes
from groundtrain.errors import GroundtrainError
from groundtrain.publishing.image_upload import Spread
from groundtrain.publishing.settled_image import Expected, Settled, settle
from groundtrain.s3_addresses import S3Address

CORES = len(os.sched_getaffinity(0))
_BATCH = 50
_THREADS = 8

Batch = tuple[Credentials, Sequence[Expected]]


def on_all_cores(folder: S3Address, aws: Clients, processes: int = CORES) -> Spread | None:
    """Settles images of a folder in so many processes; None on a machine with one core."""
    return partial(settled_by_processes, folder, aws, processes) if processes > 1 else None


def settled_by_processes(
    folder: S3Address, aws: Clients, processes: int, images: Sequence[Expected]
) -> Iterator[Settled]:
    """Settle images, a batch at a time in each process; they come as they are done.

    Raises:
        GroundtrainError: a file cannot be read, S3 refuses an image, or a process was ended.
    """
    left = iter(images)

    def next_batch() -> Batch | None:
        batch = [*islice(left, _BATCH)]
        return (current_credentials(aws.session), batch) if batch else None

    with connected_processes(processes, work, folder) as connections:
        busy = [one for one in connections if _given(one, next_batch())]
        while busy:
            for one in wait(busy):
                assert isinstance(one, Connection)
                results = _received(one)
                if not _given(one, next_batch()):
                    busy.remove(one)
                for result in results:
                    if isinstance(result, Exception):
                        raise result
                    yield result


def _given(connection: Connection, batch: Batch | None) -> bool:
    if batch is not None:
        connection.send(batch)
    return batch is not None


def _received(connection: Connection) -> list[Settled | Exception]:
    try:
        results: list[Settled | Exception] = connection.recv()
    except (EOFError, ConnectionError):
        raise GroundtrainError(
            "a process that uploads was ended", fix="see why, such as want of memory"
        ) from None
    return results


def work(connection: Connection, folder: S3Address) -> None:
    """Settle batches of images until the connection ends; the function of a process."""
    used: Credentials | None = None
    with suppress(EOFError, ConnectionError), ThreadPoolExecutor(_THREADS) as pool:
        while True:
            credentials, batch = connection.recv()
            if credentials != used:
                store, used = UploadStore(uploads_client(credentials)), credentials
            connection.send([*pool.map(partial(_attempt, folder, store), batch)])


def _attempt(folder: S3Address, store: UploadStore, expected: Expected) -> Settled | Exception:
    try:
        return settle(expected, folder, store)
    except Exception as error:  # noqa: BLE001 - the parent tells what went wrong
        return error
