"""Processes of this program that work for it, each at the other end of a connection."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_THREADS = Path("/proc/self/task")  # of Linux; those that Python knows nothing of as well


@contextmanager
def connected_processes(
    number: int, work: Callable[..., None], *arguments: Any
) -> Iterator[list[Connection]]:
    """Connections to so many processes that run `work(connection, *arguments)`; they end with the block.

    `work` should return where its connection ends, as it does when this process is killed.
    """
    forks = may_fork()
    new_process = get_context("fork").Process if forks else get_context("spawn").Process
    processes: list[BaseProcess] = []
    with ExitStack() as opened, ExitStack() as started:  # processes end before their connections do
        started.callback(_end, processes)
        connections = list[Connection]()
        with _no_interruptions():
            for _ in range(number):
                ours, theirs = Pipe()
                connections.append(opened.enter_context(ours))
                given = (connections if forks else (), work, theirs, *arguments)
                with theirs:
                    process = new_process(target=_run, args=given, daemon=True)
                    process.start()
                processes.append(process)
        yield connections


def may_fork() -> bool:
    """Whether a copy of this process can go on: another thread could hold what the copy then waits for.

    A copy begins at once, where a new process loads 0.2 s of modules. Frameworks of macOS bear no copies.
    """
    return sys.platform == "linux" and _THREADS.is_dir() and len([*_THREADS.iterdir()]) == 1


def _run(copied: Sequence[Connection], work: Callable[..., None], *arguments: Any) -> None:
    """Do the work of a process, which holds no copies of ends that are for its parent."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for connection in copied:
        connection.close()
    work(*arguments)


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
