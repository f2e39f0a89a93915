"""Decode workers: processes that turn files into examples, in the order of the channel.

A network on a GPU asks for more images a second than one core decodes. What a worker is told and gives back
travels through pipes, as containers have little shared memory.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from groundtrain_detector.augmentation import Variation, varied
from groundtrain_detector.errors import DetectorError
from groundtrain_detector.examples import Example, decode

_AHEAD = 8  # files that each worker has waiting or ready, so that none runs out of work


class Task(NamedTuple):
    """A file with its label, and what is to be made of it.

    Attributes:
        name: what messages call it, such as "example 3 of channel train".
        variation: None to leave it as it is.
        seed: of the random numbers of the variation.
    """

    name: str
    image: bytes
    label: object
    input_size: int
    classes: int
    variation: Variation | None
    seed: tuple[int, ...]


def run_task(task: Task) -> Example:
    """The example, varied where that is asked for.

    Raises:
        DetectorError: it names the example.
    """
    try:
        example = decode(task.image, task.label, task.input_size, task.classes)
    except DetectorError as error:
        raise DetectorError(f"{task.name} cannot be used: {error}") from error
    if task.variation is None:
        return example
    return varied(example, task.variation, np.random.default_rng(task.seed))


class Decoders:
    """Decode workers, as long as the block lasts; without any, what asks for an example decodes it.

    Args:
        workers: number of processes; 0 for none.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.workers:
            context = multiprocessing.get_context("spawn")  # a fork would inherit threads and the GPU
            self._pool = ProcessPoolExecutor(self.workers, context, initializer=_end_with_parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def decoded(self, tasks: Iterable[Task]) -> Iterator[Example]:
        """Examples in the order of the tasks.

        Raises:
            DetectorError: an example cannot be used, or a worker has died.
        """
        if self._pool is None:
            yield from map(run_task, tasks)
            return
        source, waiting = iter(tasks), deque[Future[Example]]()
        try:
            self._submit(self._pool, source, waiting, self.workers * _AHEAD)
            while waiting:
                example = waiting.popleft().result()
                self._submit(self._pool, source, waiting, 1)
                yield example
        except BrokenProcessPool as error:
            raise DetectorError(
                "a decode worker has died, probably for lack of memory: lower decode_workers"
            ) from error

    def _submit(
        self,
        pool: ProcessPoolExecutor,
        source: Iterator[Task],
        waiting: deque[Future[Example]],
        number: int,
    ) -> None:
        waiting.extend(pool.submit(run_task, task) for task in islice(source, number))


def usual_workers() -> int:
    """As many as there are cores for this process, less one for the training; none on a single core."""
    return len(os.sched_getaffinity(0)) - 1


def _end_with_parent() -> None:
    """The end of the training is decided by its main process; without that a worker ends, too."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
