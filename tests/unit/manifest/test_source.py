import hashlib
import io
from pathlib import Path

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.source import FileManifest, spooled


def test_a_file_is_known_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.manifest"
    path.write_bytes(b"line\n")
    assert FileManifest(path).etag() == hashlib.sha256(b"line\n").hexdigest()


def test_the_digest_is_taken_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.manifest"
    path.write_bytes(b"line\n" * 1_000_000)
    source = FileManifest(path)
    first, second = source.open(), source.open()
    next(first)
    assert b"".join(second) == path.read_bytes()
    list(first)
    assert source.etag() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.manifest"
    path.write_bytes(b"line\n")
    chunks = FileManifest(path).open()
    next(chunks)
    path.write_bytes(b"line\nand another\n")
    with pytest.raises(ManifestError, match="changed while it was read"):
        list(chunks)


def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.manifest"
    path.write_bytes(b"line\n")
    source = FileManifest(path)
    source.etag()
    path.write_bytes(b"other, longer line\n")
    with pytest.raises(ManifestError, match="changed while it was read"):
        list(source.open())


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError, match="there is no such file") as raised:
        list(FileManifest(tmp_path / "none").open())
    assert raised.value.exit_code == 2


def test_a_directory_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError, match="is a directory") as raised:
        list(FileManifest(tmp_path).open())
    assert raised.value.exit_code == 2


def test_standard_input_can_be_read_twice() -> None:
    with spooled(io.BytesIO(b"line\n")) as source:
        assert [b"".join(source.open()), b"".join(source.open())] == [b"line\n", b"line\n"]
        assert source.name == "standard input"
