"""What is replaced: only what this tool writes, and with the mode and group that it had."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from groundtrain import output_files
from groundtrain.cli.application import run
from tests.manifest_lines import good, manifest_of


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys.json").write_text('[{"prefix":"s3://bucket/"},"good-0000.jpg"]')
    (tmp_path / "table.csv").write_text("key,class\ngood-0000.jpg,cat\n")
    return str(manifest_of(tmp_path / "in", *good(60)).path)


OUTPUTS = {
    "check": ("check", "IN", "--output", "out", "--fix"),
    "merge": ("merge", "IN", "--output", "out"),
    "import": (
        "import",
        "s3-manifest",
        "keys.json",
        "--labels",
        "table.csv",
        "--attribute",
        "a",
        "--output",
        "out",
    ),
    "export": ("export", "s3-manifest", "IN", "--output", "out"),
    "export-labels": ("export", "s3-manifest", "IN", "--output", "o", "--labels", "out"),
    "inspect": ("inspect", "IN", "--draw", "out.png"),
}


def call(arguments: tuple[str, ...], manifest: str) -> int:
    return run([manifest if argument == "IN" else argument for argument in arguments])


def written(arguments: tuple[str, ...]) -> Path:
    return Path(next(argument for argument in arguments if argument in ("out", "out.png")))


@pytest.mark.parametrize("arguments", OUTPUTS.values(), ids=OUTPUTS)
@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_file_that_is_replaced_keeps_its_mode(manifest: str, arguments: tuple[str, ...], mode: int) -> None:
    path = written(arguments)
    path.write_text("old")
    path.chmod(mode)
    assert call(arguments, manifest) == 0
    assert path.stat().st_mode & 0o7777 == mode
    assert path.read_bytes() != b"old"


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o2770])
def test_a_dataset_that_is_replaced_keeps_the_modes_of_folder_and_files(manifest: str, mode: int) -> None:
    Path("out").mkdir()
    Path("out").chmod(mode)
    for _ in range(2):
        assert run(["convert", manifest, "--output", "out"]) == 0
        assert Path("out").stat().st_mode & 0o7777 == mode
        Path("out/report.json").chmod(0o600)
    assert run(["convert", manifest, "--output", "out"]) == 0
    assert Path("out/report.json").stat().st_mode & 0o7777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has other groups for sure")
def test_what_is_replaced_keeps_its_group(manifest: str) -> None:
    Path("out").mkdir()
    Path("file").write_text("old")
    for path in ("out", "file"):
        os.chown(path, -1, 12345)
    assert run(["convert", manifest, "--output", "out"]) == 0
    assert run(["merge", manifest, "--output", "file"]) == 0
    assert [Path(path).stat().st_gid for path in ("out", "file")] == [12345, 12345]


def test_where_the_group_cannot_be_kept_it_gains_no_permission(
    manifest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(output_files.os, "chown", refuse)
    monkeypatch.setattr(output_files, "_group_of", lambda path: 2 if path.parent.name.startswith(".") else 1)
    Path("out").write_text("old")
    Path("out").chmod(0o660)
    assert run(["merge", manifest, "--output", "out"]) == 0
    assert Path("out").stat().st_mode & 0o7777 == 0o600


def a_folder(path: Path) -> None:
    (path / "precious").mkdir(parents=True)
    (path / "precious" / "thesis.txt").write_text("long")


FOREIGN: dict[str, Callable[[Path], None]] = {
    "folder": a_folder,
    "link": lambda path: path.symlink_to("../table.csv"),
    "dangling-link": lambda path: path.symlink_to("nowhere"),
    "pipe": lambda path: os.mkfifo(path),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(
    "name", ["train.manifest", "validation.manifest", "rejected.jsonl", "report.json", "dataset.json"]
)
def test_a_dataset_does_not_replace_what_only_has_the_name_of_its_files(
    manifest: str, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None], name: str
) -> None:
    assert run(["convert", manifest, "--output", "out"]) == 0
    Path("out", name).unlink()
    make(Path("out", name))
    capsys.readouterr()
    assert run(["convert", manifest, "--output", "out"]) == 2
    said = capsys.readouterr().err
    assert f"such as {name}" in said
    assert Path("out", name).is_symlink() or Path("out", name).exists()


def test_a_folder_with_a_report_of_another_tool_is_not_replaced(
    manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    Path("out/report.json").write_text('{"tests": 7}')
    assert run(["convert", manifest, "--output", "out"]) == 2
    assert "is no earlier dataset: it has no dataset.json" in capsys.readouterr().err
    Path("out/dataset.json").write_text('{"name": "iris"}')
    assert run(["convert", manifest, "--output", "out"]) == 2
    assert "dataset.json is not one that groundtrain wrote" in capsys.readouterr().err
    assert Path("out/report.json").read_text() == '{"tests": 7}'


@pytest.mark.parametrize("arguments", OUTPUTS.values(), ids=OUTPUTS)
def test_a_file_takes_the_place_of_no_folder_and_no_pipe(manifest: str, arguments: tuple[str, ...]) -> None:
    path = written(arguments)
    a_folder(path)
    assert call(arguments, manifest) == 2
    assert (path / "precious" / "thesis.txt").exists()
    path = path.rename("elsewhere").parent / path
    os.mkfifo(path)
    assert call(arguments, manifest) == 2
    assert path.is_fifo()


@pytest.mark.parametrize("arguments", OUTPUTS.values(), ids=OUTPUTS)
def test_a_link_stays_a_link_and_its_target_is_replaced(manifest: str, arguments: tuple[str, ...]) -> None:
    Path("target").write_text("old")
    written(arguments).symlink_to("target")
    assert call(arguments, manifest) == 0
    assert written(arguments).is_symlink()
    assert Path("target").read_bytes() != b"old"
