"""Rehearsals of small programs on a small dataset, by the command line."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.cli.application import run
from tests.manifest_lines import good

ROOT = Path(__file__).parents[3]
IMAGE = b"\xff\xd8\xff" + bytes(2_000)
SETTINGS = """\
region = "eu-west-1"
[gate]
min_records = 2
[training]
algorithm = "own-image"
image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detector:7"
"""

Rehearsed = Callable[..., SimpleNamespace]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a manifest of twenty lines, their images, and settings for an image of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "lambdas"))
    (tmp_path / "a.manifest").write_bytes(b"".join(line + b"\n" for line in good(20)))
    (tmp_path / "images").mkdir()
    for i in range(20):
        (tmp_path / "images" / f"good-{i:04}.jpg").write_bytes(IMAGE)
    (tmp_path / "dev.toml").write_text(SETTINGS, "utf-8")
    return tmp_path


@pytest.fixture
def rehearsed(place: Path, capfd: pytest.CaptureFixture[str]) -> Rehearsed:
    """Rehearses a program, and gives the exit code, the document, and what was said beside it."""

    def call(program: str, *options: str, settings: str = "") -> SimpleNamespace:
        (place / "train.py").write_text(program, "utf-8")
        if settings:
            (place / "dev.toml").write_text(SETTINGS + settings, "utf-8")
        words = ("a.manifest", "--settings", "dev.toml", "--image-dir", "images", "--format", "json")
        code = run(["rehearse", *words, *options, "--", sys.executable, "train.py"])
        out, err = capfd.readouterr()
        document = json.loads(out)
        codes = {finding["code"] for finding in document.get("findings", ())}
        return SimpleNamespace(code=code, document=document, codes=codes, err=err)

    return call


def left_behind(place: Path) -> list[str]:
    """Processes that work in this folder, but for this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == place and entry.name != str(os.getpid()):
                found.append((entry / "cmdline").read_text("utf-8", "replace"))
        except OSError:
            continue
    return found
