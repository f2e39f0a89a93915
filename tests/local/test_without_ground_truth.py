"""docs/without-ground-truth.md on the embedded AWS: its settings and command lead to a registered model."""

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from groundtrain.aws.clients import connect
from groundtrain.cli.application import run
from groundtrain.progress_reporter import SilentReporter
from local.cdk import ROOT
from local.demo.deployed_stage import Deployment, deployed
from local.demo.workspace import Workspace, fresh_workspace
from tests.local.deployment import needs_cdk

pytestmark = needs_cdk
PAGE = (ROOT / "docs" / "without-ground-truth.md").read_text("utf-8")


def settings_of_the_page() -> str:
    """dev.toml with the values of the page in place of its own, commented out or not."""
    text = (ROOT / "environments" / "dev.toml").read_text("utf-8")
    [block] = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for table in tomllib.loads(block).values():
        for key, value in table.items():
            text, found = re.subn(
                rf"^(# )?{key}\s*=.*$", f"{key} = {json.dumps(value)}", text, count=1, flags=re.MULTILINE
            )
            assert found == 1, key
    return text


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The examples with the settings of the page, and an image for each task of the export."""
    here = tmp_path / "here"
    shutil.copytree(ROOT / "docs" / "examples", here)
    (here / "environments").mkdir()
    (here / "environments" / "dev.toml").write_text(settings_of_the_page(), "utf-8")
    (here / "images").mkdir()
    for number, task in enumerate(json.loads((here / "dock.label-studio.json").read_text("utf-8"))):
        name = task["data"]["image"].rpartition("/")[2].partition("-")[2]
        sizes = [result for annotation in task["annotations"] for result in annotation["result"]]
        size = (sizes[0]["original_width"], sizes[0]["original_height"]) if sizes else (1280, 720)
        Image.new("RGB", size, (number, 2 * number, 3 * number)).save(here / "images" / name)
    monkeypatch.chdir(here)
    made = fresh_workspace(tmp_path / "demo")
    shutil.copytree(here / "environments", made.environments)
    return made


@pytest.fixture
def stage(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with deployed(workspace, "eu-west-1", SilentReporter(), training_seconds=0.6) as deployment:
        for name, value in deployment.aws.settings().items():
            monkeypatch.setenv(name, value)
        connect.cache_clear()
        yield deployment
        connect.cache_clear()


def test_the_command_of_the_page_ends_with_a_registered_model(
    stage: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    [command] = re.findall(r"^groundtrain (publish .*)$", PAGE, re.MULTILINE)
    code = run(shlex.split(command))
    out, err = capsys.readouterr()
    assert code == 0, out + err
    assert "29 images: 0 were there, 29 were uploaded" in out
    [arn] = re.findall(r"^A model was registered: (.*)$", out, re.MULTILINE)
    package = stage.aws.client("sagemaker").describe_model_package(ModelPackageName=arn)
    assert package["CustomerMetadataProperties"]["rejected-records"] == "0"
