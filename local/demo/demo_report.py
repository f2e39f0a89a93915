"""What a demonstration leaves to be looked at: pictures of labels, findings and detections, and a report."""

import contextlib
from datetime import UTC, datetime
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
from groundtrain.predictions.prediction_line import Predictor
from groundtrain.progress_reporter import ProgressReporter
from groundtrain.rules.advice import Audience
from groundtrain.s3_addresses import parse_s3_address
from local.demo.choice import Choice
from local.demo.demo_settings import STAGE
from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.workspace import Workspace

_DRAWN, _PREDICTED = 12, "predicted"


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
    _draw_sheet(choice, images, workspace)
    _keep_model(follower, images, deployment, workspace)
    try:
        _write_report(choice, images if images.is_dir() else None, workspace)
    except GroundtrainError as error:
        reporter.reports("the report could not be made", [str(error)])
        return ""
    return str(workspace.report)


def _has_manifest(workspace: Workspace) -> bool:
    """Whether labels were uploaded as a manifest; those of another tool became a dataset's two."""
    return workspace.manifest.exists() and workspace.manifest.stat().st_size > 0


def _draw_sheet(choice: Choice, images: Path, workspace: Workspace) -> None:
    """Draw some records with what was found on them, where this kind of labels can be drawn."""
    manifest = workspace.manifest if _has_manifest(workspace) else workspace.dataset / TRAIN_MANIFEST
    with contextlib.suppress(GroundtrainError):
        labels = labels_to_draw(FileManifest(manifest), choice.label)
        store = DirectoryStore(images)
        chosen = chosen_subjects(labels, _DRAWN, class_name=None, rejected=False)
        subjects = with_image_findings(chosen, labels, store)
        write_picture(draw_sheet(subjects, Canvas(store), manifest.name, labels.on_file), workspace.sample)


def _keep_model(follower: Follower, images: Path, deployment: Deployment, workspace: Workspace) -> None:
    """Keep the model where one was trained, and draw and write what it finds where its images are here."""
    dataset = follower.dataset
    if not follower.model_package or follower.progress.is_emulated or dataset is None:
        return
    # numpy is loaded only where something was trained with it
    from local.demo.detections_picture import detections_of, draw_detections, write_predictions

    artifact = _artifact(follower.training_job, deployment)
    workspace.model.write_bytes(artifact)
    with contextlib.suppress(GroundtrainError):  # the images may not be here, or the model be another's
        seen = detections_of(artifact, dataset, workspace.dataset / VALIDATION_MANIFEST, images)
        draw_detections(seen, dataset.classes, workspace.detections)
        predictor = Predictor(_PREDICTED, follower.training_job, dataset.classes, 0, datetime.now(UTC))
        write_predictions(seen, predictor, workspace.predictions)


def _artifact(training_job: str, deployment: Deployment) -> bytes:
    job = deployment.aws.client("sagemaker").describe_training_job(TrainingJobName=training_job)
    bucket, key = parse_s3_address(job["ModelArtifacts"]["S3ModelArtifacts"])
    return bytes(deployment.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def _write_report(choice: Choice, images: Path | None, workspace: Workspace) -> None:
    """Of the manifest that was uploaded, by the settings that were deployed; else of the dataset."""
    settings, predictions = workspace.environments / f"{STAGE}.toml", workspace.predictions
    is_manifest = _has_manifest(workspace)
    report(
        str(workspace.manifest if is_manifest else workspace.dataset),
        workspace.report,
        image_dir=images,
        predictions=str(predictions) if predictions.exists() else None,
        settings=settings,
        label=choice.label if is_manifest else None,
        audience=Audience(settings=settings.name),
    )
