"""A small load; `make drill` brings the large one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.load import BUCKET, refuse_wrong, under_load
from groundtrain.progress_reporter import SilentReporter
from local.cdk import ROOT
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.workspace import fresh_workspace
from tests.local.deployment import needs_cdk

pytestmark = needs_cdk


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Deployment]:
    """A stage of its own: what is still on its way afterwards is no other test's business."""
    workspace = fresh_workspace(tmp_path / "load")
    template = ROOT / "environments" / "dev.toml"
    region = write_settings(template, workspace.environments, [BUCKET], own=False, trigger="both")
    with deployed(workspace, region, SilentReporter(), training_seconds=0.6) as deployment:
        where = {"LocationConstraint": region}
        deployment.aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        yield deployment


def test_many_jobs_and_uploads_at_once_all_end_and_none_is_doubled(stage: Deployment) -> None:
    outcome = under_load(stage, jobs=4, lines=100, large=5000, seconds=1)
    refuse_wrong(outcome)
    assert outcome.once["model packages"] == (4, 4)
