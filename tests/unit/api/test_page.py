"""What docs/python.md shows is what Python prints."""

import doctest
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_the_page_shows_what_python_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    page = doctest.DocTestParser().get_doctest(text, {}, "python.md", "docs/python.md", 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    results = runner.run(page, out=said.append)
    assert results.attempted > 15
    assert not results.failed, "".join(said)
