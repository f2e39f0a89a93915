"""What docs/detector.md shows of the command line is what happens."""

import os
import re
import sys
from pathlib import Path

from tests.detector.scenes import write_scenes
from tests.unit.test_documentation import BLOCK, ROOT, matches, run, steps

PAGE = (ROOT / "docs" / "detector.md").read_text("utf-8")


def test_the_page_shows_what_happens(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    place = write_scenes(tmp_path / "place", 24)
    blocks = [(block[1], block[2]) for block in BLOCK.finditer(PAGE)]
    (place / "dev.toml").write_text(next(text for language, text in blocks if language == "toml"), "utf-8")
    commands = [step for language, text in blocks if language == "console" for step in steps(text)]
    assert len(commands) == 3
    for command, expected in commands:
        _, printed = run(command, place)
        wanted = [re.sub(r"…$", "", line) if line != "…" else line for line in expected]
        shown = [
            next((one for one in wanted if one != "…" and one and line.startswith(one)), line)
            for line in printed
        ]
        assert matches(wanted, shown), f"$ {command}\n" + "\n".join(printed)
