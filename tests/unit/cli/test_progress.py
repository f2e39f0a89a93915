import io
import sys
from pathlib import Path

import pytest

from groundtrain.cli import progress, progress_bar
from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.source import FileManifest
from tests.waiting import eventually


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def manifest(tmp_path: Path) -> FileManifest:
    path = tmp_path / "[odd].manifest"
    path.write_bytes(b"x" * (3 << 20))
    return FileManifest(path)


def test_a_watched_manifest_reads_the_same_any_number_of_times(
    manifest: FileManifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(progress_bar, "SOON", 0)
    with progress.watched(manifest) as source:
        assert source is not manifest
        for _ in range(2):
            assert b"".join(source.open()) == manifest.path.read_bytes()
        assert (source.name, source.uri, source.etag()) == (manifest.name, manifest.uri, manifest.etag())
        assert source.size == 3 << 20


def test_the_manifests_of_a_split_are_watched_as_one(tmp_path: Path) -> None:
    sizes, told = {"test": 3, "validation": 5, "train": 7}, list[int]()
    for side, size in sizes.items():
        (tmp_path / side).write_bytes(b"x" * size + b"\n")
    split = GivenManifests({side: FileManifest(tmp_path / side) for side in SIDES})
    (watched,) = progress._watched_together([split], told.append)
    assert isinstance(watched, GivenManifests)
    assert b"".join(watched.open()) == b"".join(split.open())
    assert told == [4, 10, 18]
    assert (watched.name, watched.size, watched.etag()) == (split.name, 18, split.etag())


def test_several_manifests_are_watched_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[int]()
    for name in "ab":
        (tmp_path / name).write_bytes(b"x" * 5)
    for each in progress._watched_together([FileManifest(tmp_path / name) for name in "ab"], told.append):
        assert b"".join(each.open()) == b"x" * 5
    assert told == [5, 10]


def test_what_is_short_shows_no_bar_and_neither_does_a_program(
    manifest: FileManifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.watched(manifest) as source:
        assert source is manifest
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setattr(progress_bar, "SOON", 999)
    with progress.watched(manifest) as source:
        assert b"".join(source.open()) == manifest.path.read_bytes()
    assert screen.getvalue() == ""


def test_a_task_that_says_nothing_has_a_moving_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setattr(progress_bar, "SOON", 0)
    with progress_bar.working("Reading [labels]"):
        assert eventually(lambda: "Reading [labels]" in screen.getvalue())


def test_a_dumb_terminal_has_no_bar(manifest: FileManifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.watched(manifest) as source:
        assert source is manifest


def test_an_upload_shows_how_far_it_is_how_fast_and_how_long_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 4.0, 12.0, 20.0, 23.0, 40.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.transferred("Images", 5, 100_000_000) as tell:
        for _ in range(5):
            tell(1, 20_000_000)
    assert capsys.readouterr().err.splitlines() == [
        "Images: 2 of 5, 3.3 MB/s, 18 s left",
        "Images: 4 of 5, 3.5 MB/s, 6 s left",
    ]


def test_an_upload_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    with progress.transferred("Images", 2, 10) as tell:
        tell(1, 5)
    assert "Images 1 of 2" in screen.getvalue()


def test_what_is_counted_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bar, "SOON", 0)
    for screen, shows in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", screen)
        with progress.counted("images", 5) as tell:
            tell(2)
        assert ("images" in screen.getvalue()) == shows
