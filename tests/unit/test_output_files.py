from pathlib import Path

import pytest

from groundtrain.errors import SettingsError
from groundtrain.output_files import replaced_file


def test_the_file_is_there_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "new" / "merged.manifest"
    with replaced_file(path) as file:
        file.write(b"line\n")
        assert not path.exists()
    assert path.read_bytes() == b"line\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "merged.manifest"
    path.write_bytes(b"before\n")
    with pytest.raises(TypeError), replaced_file(path) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert path.read_bytes() == b"before\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "merged.manifest"
    path.write_bytes(b"before\n")
    path.chmod(0o640)
    with replaced_file(path) as file:
        file.write(b"after\n")
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o640, b"after\n")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    with replaced_file(link) as file:
        file.write(b"line\n")
    assert link.is_symlink()
    assert (tmp_path / "file").read_bytes() == b"line\n"


@pytest.mark.parametrize("path", ["/dev/null", "."])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="is not a file"), replaced_file(Path(path)):
        pass


def test_a_place_without_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"), replaced_file(tmp_path / "file" / "deep"):
        pass
