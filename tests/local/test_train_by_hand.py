"""groundtrain train against a deployed stage: where to train is what the stacks say."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundtrain.aws.clients import connect
from groundtrain.cli.application import run
from local.cdk import ROOT
from local.demo.demo_labeling_job import finish_labeling_job
from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.workspace import Workspace
from tests.local.deployment import datasets_of, needs_cdk, training_jobs_of

pytestmark = needs_cdk


@pytest.fixture
def settings(deployment: Deployment, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings that were deployed, and a shell that is pointed at the embedded AWS."""
    for name, value in deployment.aws.settings().items():
        monkeypatch.setenv(name, value)
    connect.cache_clear()
    yield str(workspace.environments / "dev.toml")
    connect.cache_clear()


def test_what_the_pipeline_trained_is_found_and_can_be_trained_once_more(
    deployment: Deployment,
    job: LabeledData,
    follow: Callable[[LabeledData], Follower],
    settings: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    finish_labeling_job(job, deployment)
    follower = follow(job)
    [dataset] = datasets_of(deployment, job)
    folder = f"s3://{deployment.datasets_bucket}/datasets/{job.job}/{dataset.dataset_id}/"
    assert run(["train", folder, "--settings", settings, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["new"]) == (follower.training_job, False)
    assert run(["train", folder, "--settings", settings, "--attempt", "1"]) == 0
    assert follow(job).training_job == f"{follower.training_job}-a1"
    assert len(training_jobs_of(deployment, job)) == 2


def test_an_environment_that_is_not_deployed_is_told(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(Path(settings).read_text("utf-8"), "utf-8")
    manifest = str(ROOT / "docs" / "examples" / "pallets.manifest")
    assert run(["train", manifest, "--settings", str(other), "--override-gate"]) == 2
    assert "there is no stack groundtrain-other-storage" in capsys.readouterr().err
