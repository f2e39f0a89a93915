"""What commands write goes to files of this machine, and never over what they read."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

Say = Callable[..., SimpleNamespace]


@pytest.mark.parametrize(
    "command",
    [
        ("check", "a.manifest", "--fix", "--output"),
        ("convert", "a.manifest", "--output"),
        ("convert", "a.manifest", "--output", "o", "--relabel"),
        ("merge", "a.manifest", "--output"),
        ("import", "s3-manifest", "k", "--labels", "l", "--attribute", "a", "--output"),
        ("export", "s3-manifest", "a.manifest", "--output"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels"),
        ("inspect", "a.manifest", "--draw"),
    ],
)
@pytest.mark.parametrize(
    ("place", "fix"),
    [
        ("s3://bucket/key", "write to a file, then aws s3 cp it to s3://bucket/key"),
        ("S3://bucket/key", "write to a file"),
        ("https://example.com/key", "write to a file"),
        ("-", "name a file"),
        ("/dev/stdout", "name a file"),
    ],
)
def test_what_is_written_is_a_file_of_this_machine(
    say: Say, tmp_path: Path, command: tuple[str, ...], place: str, fix: str
) -> None:
    said = say(*command, place)
    assert said.code == 2
    assert said.err.startswith(f"groundtrain: {command[-1]} {place} is ")
    assert fix in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.manifest"]


@pytest.mark.parametrize(
    "command",
    [
        ("convert", "a.manifest", "--output", "o", "--relabel", "link.manifest"),
        ("merge", "a.manifest", "--output", "./a.manifest"),
        ("merge", "a.manifest", "--output", "link.manifest"),
        ("merge", "a.manifest", "--output", "hard.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "a.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels", "a.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels", "./o"),
        (
            "import",
            "s3-manifest",
            "a.manifest",
            "--labels",
            "l",
            "--attribute",
            "a",
            "--output",
            "a.manifest",
        ),
        (
            "import",
            "s3-manifest",
            "k",
            "--labels",
            "a.manifest",
            "--attribute",
            "a",
            "--output",
            "a.manifest",
        ),
        ("inspect", "a.manifest", "--draw", "a.manifest"),
        ("convert", "a.manifest", "--output", "."),
    ],
    ids=" ".join,
)
def test_nothing_is_written_over_what_is_read_or_written(
    say: Say, tmp_path: Path, command: tuple[str, ...]
) -> None:
    before = Path("a.manifest").read_bytes()
    Path("link.manifest").symlink_to("a.manifest")
    Path("hard.manifest").hardlink_to("a.manifest")
    said = say(*command)
    assert said.code == 2
    assert "would overwrite" in said.err
    assert Path("a.manifest").read_bytes() == before
    assert not Path("o").exists()
