"""`groundtrain`, as a person calls it in a folder with one sound manifest."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.cli.application import run
from tests.manifest_lines import good, manifest_of

Say = Callable[..., SimpleNamespace]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run a command line beside a.manifest; gives exit code and what was said on either stream."""
    monkeypatch.chdir(tmp_path)
    manifest_of(tmp_path, *good(60)).path.rename("a.manifest")

    def say(*arguments: str | Path) -> SimpleNamespace:
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return say
