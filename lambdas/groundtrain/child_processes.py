"""Processes of this program that work for it, each at the other end of a connection."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

_SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def connected_processes(
    number: int, work: Callable[..., None], *arguments: Any
) -> Iterator[list[Connection]]:
    """Connections to so many processes that run `work(connection, *arguments)`; they end with the block.

    `work` should return where its connection ends, as it does when this process is killed.
    """
    processes: list[BaseProcess] = []
    with ExitStack() as stack:
        connections = []
        with _no_interruptions():
            for _ in range(number):
                ours, theirs = multiprocessing.Pipe()
                connections.append(stack.enter_context(ours))
                process = _SPAWN.Process(target=work, args=(theirs, *arguments), daemon=True)
                process.start()
                processes.append(process)
                theirs.close()
        stack.callback(_end, processes)
        yield connections


@contextmanager
def _no_interruptions() -> Iterator[None]:
    """Processes that are started here never get an interruption from the keyboard: it is for their parent."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(processes: list[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
