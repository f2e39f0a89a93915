"""Bring labels of another tool to where they start the pipeline, by `groundtrain publish`."""

import shlex
import sys
from pathlib import Path

from groundtrain.errors import GroundtrainError
from groundtrain.progress_reporter import ProgressReporter
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.uploads import MANIFEST
from local.demo.demo_settings import STAGE, UPLOADS
from local.demo.deployed_stage import Deployment
from local.demo.labeled_data import LabeledData, ToolLabels
from local.demo.workspace import Workspace
from local.embedded_aws import child_environment
from local.processes import guarded

_GROUNDTRAIN = "import sys; from groundtrain.cli import main; sys.exit(main())"


class PublishError(GroundtrainError):
    """The labels could not be published."""

    exit_code = 1


def publish(
    data: LabeledData,
    labels: ToolLabels,
    deployment: Deployment,
    workspace: Workspace,
    reporter: ProgressReporter,
) -> None:
    """Run `groundtrain publish`, show what it says, and fetch the manifest that it made.

    Args:
        data: name and label attribute of what is published.
        labels: the labels in the format of another tool.
        deployment: where to.
        workspace: of settings, log and manifest.
        reporter: for the person.

    Raises:
        PublishError: it ended with another code than 0.
    """
    reporter.reports(f"labels of {labels.title}: {labels.records} images in {workspace.labels}")
    settings = workspace.environments / f"{STAGE}.toml"
    arguments = [
        "publish",
        str(labels.source),
        "--settings",
        str(settings),
        "--image-dir",
        str(labels.images),
    ]
    arguments += ["--name", data.job, "--attribute", data.label, *labels.options]
    reporter.begins("groundtrain publish imports, checks and uploads them")
    said = _run(arguments, deployment, workspace.logs / "publish.log")
    reporter.reports(f"groundtrain {shlex.join(arguments)}", said.splitlines())
    key = f"{UPLOADS}{data.job}{MANIFEST}"
    _fetch(deployment, S3Address(deployment.labeling_bucket, key), workspace.manifest)


def _run(arguments: list[str], deployment: Deployment, log: Path) -> str:
    environment = {**child_environment(), **deployment.aws.settings()}
    command = [sys.executable, "-c", _GROUNDTRAIN, *arguments]
    with guarded(command, environment=environment, log=log) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        code = process.wait()
    if code:
        last = log.read_text("utf-8", errors="replace").strip() or said.strip()
        raise PublishError(f"groundtrain publish failed: {last}", fix=f"its log is {log}")
    return f"{said}{log.read_text('utf-8', errors='replace')}"


def _fetch(deployment: Deployment, address: S3Address, file: Path) -> None:
    found = deployment.aws.client("s3").get_object(Bucket=address.bucket, Key=address.key)
    file.write_bytes(found["Body"].read())
