from pathlib import Path

import pytest

from groundtrain.dataset.directory import replaced_directory
from groundtrain.errors import SettingsError


def write(directory: Path, text: str) -> None:
    with replaced_directory(directory) as fresh:
        (fresh / "train.manifest").write_text(text)
        (fresh / "dataset.json").write_text('{"dataset_id":"0123456789abcdef"}')


def write_half(directory: Path) -> None:
    with replaced_directory(directory) as fresh:
        (fresh / "train.manifest").write_text("half")
        raise KeyboardInterrupt


def test_a_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "new")
    assert (tmp_path / "a" / "b" / "train.manifest").read_text() == "new"


def test_an_earlier_dataset_is_replaced_as_a_whole(tmp_path: Path) -> None:
    home = tmp_path / "dataset"
    write(home, "old")
    (home / "report.json").write_text("old")
    write(home, "new")
    assert sorted(path.name for path in home.iterdir()) == ["dataset.json", "train.manifest"]
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_a_failure_leaves_the_earlier_dataset(tmp_path: Path) -> None:
    home = tmp_path / "dataset"
    write(home, "old")
    with pytest.raises(KeyboardInterrupt):
        write_half(home)
    assert (home / "train.manifest").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_an_empty_directory_is_used(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    write(tmp_path / "dataset", "new")
    assert (tmp_path / "dataset" / "train.manifest").read_text() == "new"


def test_other_files_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_text("photo")
    with pytest.raises(SettingsError, match=r"such as holiday\.jpg"):
        write(tmp_path, "new")
    assert (tmp_path / "holiday.jpg").read_text() == "photo"


def test_a_file_is_not_taken_for_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(SettingsError, match="not a directory"):
        write(tmp_path / "file", "new")
