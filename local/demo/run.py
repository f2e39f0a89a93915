"""Run the demonstration."""

import time

from msgspec import Struct

from groundtrain.progress_reporter import ProgressReporter
from local import cdk
from local.demo.choice import Choice, training_of
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.demo_report import leave_pictures
from local.demo.demo_settings import Trigger, in_words, write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.event_listener import Listener
from local.demo.job_follower import Follower, keep_logs
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import put_images, upload_manifest
from local.demo.labels_of_tools import scenes_of_tool
from local.demo.own_image import PROGRAMS
from local.demo.own_manifest import own_manifest
from local.demo.published_labels import publish
from local.demo.street_scenes import street_scenes
from local.demo.workspace import Workspace, fresh_workspace, only_demo_in


class Ending(Struct, frozen=True):
    """How the demonstration ended.

    Attributes:
        model_package: ARN, "" when none was registered.
        reasons: why not, one sentence each.
        metrics: of the training job, by name; invented where `emulated` is true.
        seconds: from start to end.
        report: path of the page that shows it, "" where none could be made.
    """

    directory: str
    labeling_job: str
    records: int
    train: int
    validation: int
    rejected: int
    rejected_by: dict[str, int]
    training_job: str
    model_package: str
    message: str
    reasons: tuple[str, ...]
    metrics: dict[str, float]
    emulated: bool
    seconds: float
    report: str = ""


def run_demo(choice: Choice, reporter: ProgressReporter) -> Ending:
    """Take a labeling job, or an uploaded manifest, through the whole pipeline.

    Raises:
        GroundtrainError: a tool is missing, the directory is in use, the manifest cannot be read, the
            embedded AWS or CDK failed, or nothing happened for too long.
    """
    cdk.require_tools(deploy=True)
    with only_demo_in(choice.directory):
        return _run_in(fresh_workspace(choice.directory), choice, reporter)


def _run_in(workspace: Workspace, choice: Choice, reporter: ProgressReporter) -> Ending:
    started = time.monotonic()
    data = _labeled_data(choice, workspace)
    region = _write_settings(data, choice, workspace, reporter)
    with deployed(workspace, region, reporter, programs=choice.programs or PROGRAMS) as deployment:
        follower = _run_pipeline(data, choice.trigger, deployment, workspace, reporter)
        page = leave_pictures(data, choice, follower, deployment, workspace, reporter)
        ending = _ending(data, follower, workspace, page, time.monotonic() - started)
        if choice.keep:
            _wait(deployment, reporter)
    return ending


def _labeled_data(choice: Choice, workspace: Workspace) -> LabeledData:
    if choice.from_format:
        return scenes_of_tool(choice.from_format, workspace.labels)
    if choice.manifest is None:
        data = street_scenes(workspace.images)
    else:
        data = own_manifest(choice.manifest, choice.images, choice.label)
    workspace.manifest.write_bytes(data.manifest)
    return data


def _write_settings(
    data: LabeledData, choice: Choice, workspace: Workspace, reporter: ProgressReporter
) -> str:
    """The region of the settings, which are written."""
    template, own = cdk.ROOT / "environments" / "dev.toml", choice.manifest is not None
    dataset = data.tool.dataset if data.tool else {}
    if choice.label and choice.trigger == "upload":
        dataset = {"label": choice.label}
    training, words = training_of(choice, data.label)
    region = write_settings(
        template,
        workspace.environments,
        data.buckets,
        own=own,
        trigger=choice.trigger,
        dataset=dataset,
        training=training,
    )
    differences = in_words(own=own, trigger=choice.trigger, dataset=dataset, training=words)
    reporter.reports(f"settings of the demonstration's own: {workspace.environments}", differences)
    return region


def _run_pipeline(
    data: LabeledData,
    trigger: Trigger,
    deployment: Deployment,
    workspace: Workspace,
    reporter: ProgressReporter,
) -> Follower:
    if data.tool is None:
        _put_images(data, trigger, deployment, reporter)
    follower = Follower(data.job, deployment, Listener(deployment), workspace, reporter)
    try:
        _start(data, trigger, deployment, workspace, reporter)
        follower.follow()
    finally:
        keep_logs(deployment, workspace)
    return follower


def _put_images(
    data: LabeledData, trigger: Trigger, deployment: Deployment, reporter: ProgressReporter
) -> None:
    reporter.begins("uploading images and labels")
    put = put_images if trigger == "upload" else put_labels
    put(data, deployment)
    what = "manifest" if trigger == "upload" else "labeling job"
    reporter.reports(
        f"{what} {data.job}: {len(data.uploads)} images, label attribute {data.label}", data.notes
    )


def _start(
    data: LabeledData,
    trigger: Trigger,
    deployment: Deployment,
    workspace: Workspace,
    reporter: ProgressReporter,
) -> None:
    if data.tool:
        publish(data, data.tool, deployment, workspace, reporter)
    elif trigger == "upload":
        upload_manifest(data, deployment)
    else:
        create_labeling_job(data, deployment)
        finish_labeling_job(data, deployment)


def _ending(data: LabeledData, follower: Follower, workspace: Workspace, page: str, seconds: float) -> Ending:
    dataset = follower.dataset
    message = follower.messages[-1]
    gate = dataset.gate.reasons if dataset else ()
    return Ending(
        directory=str(workspace.root),
        labeling_job=data.job,
        records=dataset.source.records if dataset else 0,
        train=dataset.train.records if dataset else 0,
        validation=dataset.validation.records if dataset else 0,
        rejected=dataset.rejected if dataset else 0,
        rejected_by=dataset.reasons if dataset else {},
        training_job=follower.training_job,
        model_package=follower.model_package,
        message=message.subject,
        reasons=() if follower.model_package else gate or (message.message.partition("\n\n")[0],),
        metrics=follower.progress.metrics,
        emulated=follower.progress.is_emulated,
        seconds=round(seconds, 1),
        report=page,
    )


def _wait(deployment: Deployment, reporter: ProgressReporter) -> None:
    settings = " ".join(f"{name}={value}" for name, value in deployment.aws.settings().items())
    reporter.reports("the embedded AWS runs on until Ctrl-C", [f"env {settings} aws s3 ls"])
    reporter.begins("waiting for Ctrl-C")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
