"""docs/leaving.md, done: an environment is left by `make destroy` and come back to; its old labels train.

Then it is deployed to a second region, where nothing of the first stands in the way.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from groundtrain.progress_reporter import SilentReporter
from local import cdk
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed, read_outputs
from local.demo.event_listener import Listener
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.street_scenes import BUCKET, street_scenes
from local.demo.workspace import Workspace, fresh_workspace
from local.embedded_aws import EmbeddedAws, child_environment
from tests.local.deployment import needs_cdk
from tests.waiting import PATIENCE

pytestmark = [needs_cdk, pytest.mark.drill]
TEMPLATE = cdk.ROOT / "environments" / "dev.toml"
ELSEWHERE = "eu-central-1"


def synthesize(workspace: Workspace, name: str, buckets: list[str], region: str = "") -> Path:
    """The app with these labeling buckets, as an assembly of its own."""
    folder, assembly = workspace.root / name, workspace.cdk / name
    write_settings(TEMPLATE, folder, buckets, own=False)
    if region:
        file = folder / "dev.toml"
        file.write_text(
            file.read_text("utf-8").replace('region = "eu-west-1"', f'region = "{region}"'), "utf-8"
        )
    with cdk.synthesis(folder, assembly, workspace.cdk, workspace.logs / f"{name}.log") as synthesized:
        synthesized()
    return assembly


def destroy(aws: EmbeddedAws, assembly: Path, workspace: Workspace, *options: str) -> tuple[int, str]:
    """`make destroy ENV=dev`, without the synthesis; what it said."""
    tools = [cdk.CDK.parent, Path(sys.executable).parent]
    variables = {
        **child_environment(),
        **aws.settings(),
        "CDK_APP": str(assembly.resolve()),
        "CDK_HOME": str(workspace.cdk.resolve()),
        "PATH": ":".join([*map(str, tools), "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "stacks.commands.destroy", "dev", *options],
        cwd=cdk.ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def preflight(aws: EmbeddedAws, workspace: Workspace) -> set[str]:
    """The codes of what `groundtrain preflight` finds; what the embedded AWS has not is not answered."""
    settings = str(workspace.environments / "dev.toml")
    done = subprocess.run(
        [sys.executable, "-m", "groundtrain", "preflight", "--settings", settings, "--format", "json"],
        env={**child_environment(), **aws.settings()},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    checks = json.loads(done.stdout)["checks"]
    return {finding["code"] for check in checks for finding in check["findings"]}


def train(data: LabeledData, deployment: Deployment, workspace: Workspace) -> str:
    """Have the labeling job end, and follow it to its model package."""
    create_labeling_job(data, deployment)
    listener = Listener(deployment)
    finish_labeling_job(data, deployment)
    follower = Follower(data.job, deployment, listener, workspace, SilentReporter())
    follower.follow()
    return follower.model_package


def test_an_environment_is_left_come_back_to_and_moved(tmp_path: Path) -> None:
    workspace = fresh_workspace(tmp_path / "demo")
    scenes = street_scenes(workspace.images)
    region = write_settings(TEMPLATE, workspace.environments, [BUCKET], own=False)
    with deployed(workspace, region, SilentReporter(), training_seconds=0.6) as before:
        aws, first = before.aws, workspace.cdk / "out"
        put_labels(scenes, before)
        assert train(scenes, before, workspace)

        code, said = destroy(aws, first, workspace)
        assert code == 2
        assert f"S3 bucket {before.labeling_bucket}\n" in said
        assert len(aws.client("cloudformation").describe_stacks()["Stacks"]) == 4
        code, said = destroy(aws, first, workspace, "--confirm", "dev")
        assert code == 0, said
        assert f'[labeling] buckets = ["{before.labeling_bucket}"]' in said
        [left] = aws.client("cloudformation").describe_stacks()["Stacks"]
        assert left["StackName"] == "CDKToolkit"
        assert {"GT834", "GT836", "GT837"} <= preflight(aws, workspace)

        again = synthesize(workspace, "again", [BUCKET, before.labeling_bucket])
        cdk.deploy(aws, again, "dev", workspace.cdk, workspace.logs / "again.log")
        after = read_outputs(aws)
        assert after.labeling_bucket != before.labeling_bucket
        old = replace(after, labeling_bucket=before.labeling_bucket)  # where the old labels lie
        second = replace(scenes, job=f"{scenes.job}-again", buckets=(), uploads=())
        put_labels(second, old)
        assert train(second, old, workspace)

        elsewhere = EmbeddedAws(aws.port, ELSEWHERE, aws.log, aws.process)
        cdk.bootstrap(elsewhere, workspace.cdk, workspace.logs / "bootstrap2.log")
        moved = synthesize(workspace, "moved", [BUCKET], ELSEWHERE)
        cdk.deploy(elsewhere, moved, "dev", workspace.cdk, workspace.logs / "moved.log")
        assert read_outputs(elsewhere).datasets_bucket not in (before.datasets_bucket, after.datasets_bucket)
        assert read_outputs(aws).datasets_bucket == after.datasets_bucket
