"""`groundtrain publish` in a folder with settings and a COCO file, against the mocked AWS."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.cli.application import run
from tests.mocked_aws import MockedAws, aws, clients
from tests.published import Say, coco_folder, deploy_storage, settings_file

__all__ = ["aws", "clients"]


@pytest.fixture
def say(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: MockedAws
) -> Say:
    """Run `groundtrain publish` for the environment dev; gives exit code and what was said."""
    monkeypatch.chdir(tmp_path)
    settings_file(tmp_path)
    deploy_storage(aws, monkeypatch)
    coco_folder(tmp_path)

    def say(*arguments: str | Path) -> SimpleNamespace:
        code = run(["publish", *map(str, arguments), "--env", "dev"])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return say
