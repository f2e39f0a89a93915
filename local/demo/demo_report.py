"""What a demonstration leaves to be looked at: pictures of labels, findings and detections, and a report."""

import contextlib
from pathlib import Path

from groundtrain.calls.report import report
from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST
from groundtrain.errors import GroundtrainError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.manifest.source import FileManifest
from groundtrain.output.pictures.manifest_subjects import chosen_subjects, labels_to_draw, with_image_findings
from groundtrain.output.pictures.sheet import draw_sheet
from groundtrain.output.pictures.subject import Canvas
from groundtrain.output.pictures.written_picture import write_picture
from groundtrain.progress_reporter import ProgressReporter
from groundtrain.rules.advice import Audience
from groundtrain.s3_addresses import parse_s3_address
from local.demo.choice import Choice
from local.demo.demo_settings import STAGE
from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.workspace import Workspace

_DRAWN = 12


def leave_pictures(
    data: LabeledData,
    choice: Choice,
    follower: Follower,
    deployment: Deployment,
    workspace: Workspace,
    reporter: ProgressReporter,
) -> str:
    """Draw labels and detections, and write the report; returns its path, "" where it could not be made."""
    images = data.tool.images if data.tool else choice.images or workspace.images
    reporter.begins("drawing pictures of what was labeled and what was found")
    labels = _manifests(workspace)
    _draw_sheet(labels[0], choice, images, workspace)
    _keep_model(follower, images, deployment, workspace)
    try:
        _write_report(labels, choice, images if images.is_dir() else None, workspace)
    except GroundtrainError as error:
        reporter.reports("the report could not be made", [str(error)])
        return ""
    return str(workspace.report)


def _manifests(workspace: Workspace) -> tuple[Path, Path | None]:
    """The labels as they were uploaded, or the dataset's two sides where another tool has them."""
    if workspace.manifest.exists() and workspace.manifest.stat().st_size:
        return workspace.manifest, None
    return workspace.dataset / TRAIN_MANIFEST, workspace.dataset / VALIDATION_MANIFEST


def _draw_sheet(manifest: Path, choice: Choice, images: Path, workspace: Workspace) -> None:
    """Draw some records with what was found on them, where this kind of labels can be drawn."""
    with contextlib.suppress(GroundtrainError):
        labels = labels_to_draw(FileManifest(manifest), choice.label)
        store = DirectoryStore(images)
        chosen = chosen_subjects(labels, _DRAWN, class_name=None, rejected=False)
        subjects = with_image_findings(chosen, labels, store)
        write_picture(draw_sheet(subjects, Canvas(store), manifest.name, labels.on_file), workspace.sample)


def _keep_model(follower: Follower, images: Path, deployment: Deployment, workspace: Workspace) -> None:
    """Keep the model where one was trained, and draw what it finds where its images are here."""
    if not follower.model_package or follower.progress.is_emulated or follower.dataset is None:
        return
    # numpy is loaded only where something was trained with it
    from local.demo.detections_picture import draw_detections

    artifact = _artifact(follower.training_job, deployment)
    validation, out = workspace.dataset / VALIDATION_MANIFEST, workspace.detections
    workspace.model.write_bytes(artifact)
    with contextlib.suppress(GroundtrainError):  # the images may not be here, or the model be another's
        draw_detections(artifact, follower.dataset, validation, images, out)


def _artifact(training_job: str, deployment: Deployment) -> bytes:
    job = deployment.aws.client("sagemaker").describe_training_job(TrainingJobName=training_job)
    bucket, key = parse_s3_address(job["ModelArtifacts"]["S3ModelArtifacts"])
    return bytes(deployment.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def _write_report(
    labels: tuple[Path, Path | None], choice: Choice, images: Path | None, workspace: Workspace
) -> None:
    manifest, validation = labels
    report(
        str(manifest),
        workspace.report,
        validation_manifest=str(validation) if validation else None,
        image_dir=images,
        settings=workspace.environments / f"{STAGE}.toml" if validation is None else None,
        label=choice.label,
        audience=Audience(settings=f"{STAGE}.toml"),
    )
