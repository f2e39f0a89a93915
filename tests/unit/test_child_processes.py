"""Processes that work for this one are copies of it where that is safe, and hold nothing of it."""

import os
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from groundtrain import child_processes
from groundtrain.calls import manifests
from groundtrain.child_processes import connected_processes, may_fork
from groundtrain.manifest.source import FileManifest


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


class OneProcess:
    """Stands for a process, of which the system starts one."""

    happened: ClassVar[list[str]] = []

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        if self.happened:
            raise BlockingIOError
        self.happened.append("started")

    def terminate(self) -> None:
        self.happened.append("terminated")

    def join(self) -> None:
        self.happened.append("joined")


def test_processes_end_when_a_further_one_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr(OneProcess, "happened", happened)
    context = SimpleNamespace(Process=OneProcess)
    monkeypatch.setattr(child_processes, "get_context", lambda _: context)
    with pytest.raises(BlockingIOError), connected_processes(2, tell_open_files):
        pass
    assert happened == ["started", "terminated", "joined"]


def test_a_process_ends_before_its_connection_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would tell of a broken pipe."""
    closed: list[bool] = []
    monkeypatch.setattr(
        child_processes, "_end", lambda _: closed.extend(connection.closed for connection in connections)
    )
    context = SimpleNamespace(Process=lambda **_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr(child_processes, "get_context", lambda _: context)
    with connected_processes(1, tell_open_files) as connections:
        pass
    assert closed == [False]
    assert connections[0].closed


def test_a_process_with_several_threads_is_not_copied() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not may_fork()
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("mebibytes", "forks", "number"), [(15, True, 1), (16, True, 4), (63, False, 1), (64, False, 4)]
)
def test_large_files_are_read_by_several_processes_from_where_they_save_time(
    mebibytes: int, forks: bool, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_processes, "may_fork", lambda: forks)
    monkeypatch.setattr(manifests, "cores", lambda: 4)
    manifest = tmp_path / "output.manifest"
    manifest.touch()
    os.truncate(manifest, mebibytes << 20)
    assert manifests.workers_for(FileManifest(manifest), None).number == number
    assert manifests.workers_for(FileManifest(manifest), 3).number == 3
