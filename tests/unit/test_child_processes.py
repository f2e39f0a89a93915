"""Processes that work for this one are copies of it where that is safe, and hold nothing of it."""

import os
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from groundtrain import child_processes
from groundtrain.child_processes import connected_processes, may_fork


def tell_open_files(connection: Connection) -> None:
    opened = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            opened.append(os.fstat(int(number.name)).st_ino)
        except OSError:  # the one that lists them
            continue
    connection.send(opened)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells the files of a process")
@pytest.mark.parametrize("forks", [True, False])
def test_a_process_does_not_hold_the_ends_of_its_parent(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would not see that its parent was killed."""
    monkeypatch.setattr(child_processes, "may_fork", lambda: forks)
    with connected_processes(2, tell_open_files) as connections:
        ours = {os.fstat(connection.fileno()).st_ino for connection in connections}
        assert [ours.intersection(connection.recv()) for connection in connections] == [set(), set()]


def test_a_process_with_several_threads_is_not_copied() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not may_fork()
    finally:
        done.set()
        thread.join()
