"""The notebook in docs/ runs, and shows what it gives."""

import os
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("GROUNDTRAIN_NOTEBOOK") != "required":
    pytest.importorskip("nbclient", reason="make notebook installs what runs docs/python.ipynb")

from tests.notebook.executed import NOTEBOOK, executed, read

_LARGEST = 60_000  # bytes of a file that is looked at in a review


def shown(notebook: Any) -> list[Any]:
    """What each cell gives, without where, in how many parts and how fast it ran."""
    given = [cell.get("outputs", ()) for cell in notebook.cells]
    return [
        (
            "".join(each.get("text", "") for each in outputs),
            [each.get("data", each.get("evalue", "")) for each in outputs if "text" not in each],
        )
        for outputs in given
    ]


def test_the_notebook_shows_what_its_cells_give(tmp_path: Path) -> None:
    """If it is to show something else: `python -m tests.notebook.executed`."""
    assert shown(executed(tmp_path)) == shown(read())


def test_the_notebook_is_small_and_names_no_machine() -> None:
    text = NOTEBOOK.read_text("utf-8")
    assert len(text) < _LARGEST
    assert str(Path.home()) not in text
    assert "/tmp" not in text
