"""Make and announce the dataset of labels, whichever event tells of them."""

from groundtrain.aws import notifications
from groundtrain.aws.clients import Clients
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker import labeling_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.events.event import Event
from groundtrain.events.labeling_job_event import labeling_job_of
from groundtrain.events.object_created import S3, uploaded_object_of
from groundtrain.observability import Metric, append_job_key, append_upload_key, count, logger
from groundtrain.output.messages.before_training import labeling_job_failed
from groundtrain.pipeline.announce_dataset import announce
from groundtrain.pipeline.environment_variables import ConvertVariables, watched_folders
from groundtrain.pipeline.image_check_run import ImageMap, RunningImageCheck
from groundtrain.pipeline.make_dataset_once import Buckets, make_dataset_once
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.pipeline.triggers.labeling_job import labeled_by_job
from groundtrain.pipeline.triggers.upload import labeled_by_upload


def convert_labels(event: Event, variables: ConvertVariables, aws: Clients) -> RunningImageCheck | None:
    """Make and announce the dataset of labels; with a check of their images at work there is none yet.

    A repeated event makes no new dataset; it only sends the announcement again.
    """
    if event.source == S3:
        return _convert_upload(event, variables, aws)
    if variables.environment.labeling.jobs:
        return _convert_job(event, variables, aws)
    logger.info("Ignored: labeling.jobs is false", resources=event.resources)
    return None


def _convert_job(event: Event, variables: ConvertVariables, aws: Clients) -> RunningImageCheck | None:
    """Make the dataset of a labeling job; its status is read from SageMaker, not from the event."""
    job = labeling_jobs.describe(aws.sagemaker, labeling_job_of(event))
    append_job_key(job.name)
    if job.output_bucket not in _buckets_of(variables).labeling:
        logger.info("Ignored: labeling.buckets does not name its output bucket", bucket=job.output_bucket)
        count(Metric.LABELING_JOBS_OF_OTHERS)
    elif job.status == "Failed":
        _notify_of_failure(job, variables, aws)
    elif job.status in variables.environment.labeling.statuses:
        return _make_and_announce(labeled_by_job(job, aws), event, variables, aws)
    else:
        logger.info("Ignored: labeling.statuses does not name it", status=job.status)
    return None


def _convert_upload(event: Event, variables: ConvertVariables, aws: Clients) -> RunningImageCheck | None:
    """Make the dataset of an uploaded manifest; one that is deleted again has none."""
    upload = uploaded_object_of(event)
    append_upload_key(str(upload))
    if not any(folder.has(upload.bucket, upload.key) for folder in watched_folders(variables)):
        logger.info("Ignored: it is no manifest in a folder of labeling.uploads")
        return None
    try:
        labeled = labeled_by_upload(upload, aws, variables.datasets_bucket)
    except MissingObjectError:
        logger.info("Ignored: it was deleted")
        return None
    return _make_and_announce(labeled, event, variables, aws)


def _make_and_announce(
    labeled: LabeledManifest, event: Event, variables: ConvertVariables, aws: Clients
) -> RunningImageCheck | None:
    arn = variables.image_checks_arn
    image_map = ImageMap(arn, variables.topic, event) if arn else None
    made = make_dataset_once(labeled, variables.environment, _buckets_of(variables), aws, image_map)
    if isinstance(made, RunningImageCheck):
        logger.info("Its images are being looked at", execution=made.execution)
        return made
    announce(made, variables, aws)
    return None


def _buckets_of(variables: ConvertVariables) -> Buckets:
    """The bucket for datasets, and those that images may be in."""
    return Buckets(variables.datasets_bucket, variables.labeling_buckets.split(","))


def _notify_of_failure(job: LabelingJob, variables: ConvertVariables, aws: Clients) -> None:
    """Notify subscribers of a failed labeling job; there is no dataset."""
    logger.warning("Labeling job failed", reason=job.failure_reason)
    message = labeling_job_failed(job.name, variables.environment.name, job.failure_reason)
    notifications.notify(aws, variables.topic, message)
