"""Which files below a folder are taken, and in which order."""

import os
import socket
from pathlib import Path

import pytest

from groundtrain.errors import GroundtrainError
from groundtrain.formats.files_below import file_below, files_below, images_below
from groundtrain.formats.losses import Losses


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def counted(losses: Losses) -> dict[str, list[str]]:
    return {what: found.examples for what, found in {**losses.labels, **losses.details}.items()}


def test_images_come_in_the_order_of_folders_and_names(tmp_path: Path) -> None:
    put(tmp_path, "b/1.jpg", "b.jpg", "a/2.PNG", "a/10.jpeg", "B/1.jpg", "b/c/1.webp", "é.jpg")
    found = [*images_below(tmp_path, Losses())]
    assert found == ["B/1.jpg", "a/10.jpeg", "a/2.PNG", "b/1.jpg", "b/c/1.webp", "b.jpg", "é.jpg"]


def test_other_files_and_hidden_ones_are_counted(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "notes.txt", "jpg", ".git/x.jpg", "b/._a.jpg")
    losses = Losses()
    assert [*images_below(tmp_path, losses)] == ["a.jpg"]
    assert counted(losses) == {
        "files that are no images": ["jpg", "notes.txt"],
        "hidden files and folders": [".git", "b/._a.jpg"],
    }
    assert losses.lost_labels == 0


def test_files_of_other_endings_can_be_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "a.xml", "b/a.XML", "a.jpg")
    losses = Losses()
    assert [*files_below(tmp_path, (".xml",), losses, "others")] == ["a.xml", "b/a.XML"]
    assert counted(losses) == {"others": ["a.jpg"]}


def test_links_lead_neither_out_nor_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path, "secret.jpg")
    folder = put(tmp_path / "set", "a/1.jpg")
    (folder / "a" / "again").symlink_to(folder)
    (folder / "a" / "2.jpg").symlink_to("1.jpg")
    (folder / "a" / "3.jpg").symlink_to("../../secret.jpg")
    (folder / "a" / "4.jpg").symlink_to("none")
    (folder / "a" / "5.jpg").symlink_to("5.jpg")
    losses = Losses()
    assert [*images_below(folder, losses)] == ["a/1.jpg", "a/2.jpg"]
    assert counted(losses) == {
        "links to folders, which are not followed": ["a/again"],
        "links that lead out of the folder": ["a/3.jpg"],
        "links to nothing": ["a/4.jpg", "a/5.jpg"],
    }
    assert losses.lost_labels == 4


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "set", "a.jpg")
    (tmp_path / "set" / "b.jpg").symlink_to("a.jpg")
    (tmp_path / "link").symlink_to("set")
    assert [*images_below(tmp_path / "link", Losses())] == ["a.jpg", "b.jpg"]


def test_what_is_no_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path has 107 bytes at most
    os.mkfifo("a.jpg")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("b.jpg")
        losses = Losses()
        assert [*images_below(tmp_path, losses)] == []
    assert counted(losses) == {"neither files nor folders": ["a.jpg", "b.jpg"]}


def test_a_name_that_no_object_in_s3_can_have_is_counted(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.jpg")).write_bytes(b"")
    losses = Losses()
    assert [*images_below(tmp_path, losses)] == []
    assert counted(losses) == {"files and folders whose names are not UTF-8": [r"\xff.jpg"]}


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a")
    with pytest.raises(GroundtrainError, match=r"cannot be read \(Not a directory\)") as raised:
        [*images_below(tmp_path / "a", Losses())]
    assert raised.value.fix


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("a/1.jpg", True),
        ("./a/1.jpg", True),
        ("a/../a/1.jpg", True),
        ("../secret.jpg", False),
        ("/etc/hostname", False),
        ("a/out.jpg", False),
        ("a/inside.jpg", True),
        ("a/round.jpg", False),
        ("a", False),
        ("", False),
        ("none.jpg", False),
        ("a\0b", False),
        ("x" * 5000, False),
    ],
)
def test_a_name_means_a_file_of_the_folder_or_none(tmp_path: Path, name: str, is_taken: bool) -> None:
    put(tmp_path, "secret.jpg")
    folder = put(tmp_path / "set", "a/1.jpg")
    (folder / "a" / "out.jpg").symlink_to("../../secret.jpg")
    (folder / "a" / "inside.jpg").symlink_to("1.jpg")
    (folder / "a" / "round.jpg").symlink_to("round.jpg")
    assert (file_below(folder, name) is not None) is is_taken
