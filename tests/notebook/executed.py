"""Run docs/python.ipynb: `python -m tests.notebook.executed` writes what its cells give into it."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbclient
import nbformat

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "python.ipynb"


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def executed(folder: Path) -> Any:
    """The notebook after a run in a copy of docs/examples."""
    shutil.copytree(ROOT / "docs" / "examples", folder, dirs_exist_ok=True)
    notebook = read()
    client = nbclient.NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = read().metadata
    return notebook


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(executed(Path(folder)), NOTEBOOK)
