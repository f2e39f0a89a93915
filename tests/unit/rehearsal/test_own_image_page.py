"""docs/own-image.md goes from an empty program to a rehearsed one: all of it is run."""

import io
import os
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from groundtrain.rehearsal.program import can_mount
from tests.unit.rehearsal.conftest import ROOT
from tests.unit.test_documentation import BLOCK, matches, run, steps

PAGE = ROOT / "docs" / "own-image.md"
FILES = {"python": "train.py", "toml": "dev.toml"}


def sections() -> dict[str, list[tuple[str, str]]]:
    """Blocks of each step with their languages, by its number; those of "0" come before the first."""
    parts = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {
        part[0] if i else "0": [(b[1], b[2]) for b in BLOCK.finditer(part)] for i, part in enumerate(parts)
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifest of the examples, and an image for each of its lines."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "lambdas"))
    manifest = (ROOT / "docs" / "examples" / "pallets.manifest").read_bytes()
    (tmp_path / "pallets.manifest").write_bytes(manifest)
    image = io.BytesIO()
    Image.new("RGB", (64, 36)).save(image, "JPEG")
    for address in re.findall(rb'"source-ref":"s3://([^"]+)"', manifest):
        file = tmp_path / "photos" / address.decode()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(image.getvalue())
    return tmp_path


def test_each_step_does_what_the_page_shows(folder: Path) -> None:
    mounted = can_mount(folder)
    root = 'Path("/opt/ml")' if mounted else 'Path(__import__("os").environ["SAGEMAKER_BASE_DIR"])'
    for number, blocks in sections().items():
        code = 0
        for language, text in blocks:
            if language in FILES:
                (folder / FILES[language]).write_text(text.replace('Path("/opt/ml")', root), "utf-8")
            for command, expected in steps(text) if language == "console" else ():
                if command == "echo $?":
                    assert expected == [str(code)], number
                    continue
                code, printed = run(command, folder)
                assert matches(expected, printed), f"step {number}: $ {command}\n" + "\n".join(printed)


def test_there_are_five_steps() -> None:
    assert [number for number in sections() if number.isdigit()] == list("012345")
