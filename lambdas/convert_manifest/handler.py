"""A labeling job has ended, or a manifest was put into S3: turn it into a dataset."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import notifications
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.queues import Delivery
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker import labeling_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.events.event import parse_event
from groundtrain.events.labeling_job_event import labeling_job_of
from groundtrain.events.object_created import S3, UploadedObject, uploaded_object_of
from groundtrain.observability import (
    Metric,
    append_job_key,
    append_upload_key,
    count,
    logger,
    observed,
)
from groundtrain.output.messages.before_training import labeling_job_failed
from groundtrain.pipeline.announce_dataset import announce
from groundtrain.pipeline.delivery import Answer, Step, process_messages
from groundtrain.pipeline.environment_variables import ConvertVariables, read_variables, watched_folders
from groundtrain.pipeline.make_dataset_once import Buckets, make_dataset_once
from groundtrain.pipeline.triggers.labeling_job import labeled_by_job
from groundtrain.pipeline.triggers.upload import labeled_by_upload


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the convert queue: events of labels, from EventBridge or the sweep."""
    variables, aws = read_variables(ConvertVariables), connect()
    step = Step("convert_manifest", variables, aws)
    return process_messages(event, step, partial(convert_one, variables=variables, aws=aws))


def convert_one(delivery: Delivery, *, variables: ConvertVariables, aws: Clients) -> None:
    """Make and announce the dataset of whatever the event is about.

    A repeated delivery makes no new dataset; it only sends the announcement again.
    """
    event = parse_event(delivery.body)
    if event.source == S3:
        convert_upload(uploaded_object_of(event), variables, aws)
    elif variables.environment.labeling.jobs:
        convert_job(labeling_job_of(event), variables, aws)
    else:
        logger.info("Ignored: labeling.jobs is false", resources=event.resources)


def convert_job(name: str, variables: ConvertVariables, aws: Clients) -> None:
    """Make the dataset of a labeling job; its status is read from SageMaker, not from the event."""
    job = labeling_jobs.describe(aws.sagemaker, name)
    append_job_key(job.name)
    buckets = buckets_of(variables)
    if job.output_bucket not in buckets.labeling:
        logger.info("Ignored: labeling.buckets does not name its output bucket", bucket=job.output_bucket)
        count(Metric.LABELING_JOBS_OF_OTHERS)
    elif job.status == "Failed":
        notify_of_failure(job, variables, aws)
    elif job.status in variables.environment.labeling.statuses:
        made = make_dataset_once(labeled_by_job(job, aws), variables.environment, buckets, aws)
        announce(made, variables, aws)
    else:
        logger.info("Ignored: labeling.statuses does not name it", status=job.status)


def convert_upload(upload: UploadedObject, variables: ConvertVariables, aws: Clients) -> None:
    """Make the dataset of an uploaded manifest; one that is deleted again has none."""
    append_upload_key(str(upload))
    if not any(folder.has(upload.bucket, upload.key) for folder in watched_folders(variables)):
        logger.info("Ignored: it is no manifest in a folder of labeling.uploads")
        return
    try:
        labeled = labeled_by_upload(upload, aws, variables.datasets_bucket)
    except MissingObjectError:
        logger.info("Ignored: it was deleted")
        return
    made = make_dataset_once(labeled, variables.environment, buckets_of(variables), aws)
    announce(made, variables, aws)


def buckets_of(variables: ConvertVariables) -> Buckets:
    """The bucket for datasets, and those that images may be in."""
    return Buckets(variables.datasets_bucket, variables.labeling_buckets.split(","))


def notify_of_failure(job: LabelingJob, variables: ConvertVariables, aws: Clients) -> None:
    """Notify subscribers of a failed labeling job; there is no dataset."""
    logger.warning("Labeling job failed", reason=job.failure_reason)
    message = labeling_job_failed(job.name, variables.environment.name, job.failure_reason)
    notifications.notify(aws, variables.topic, message)
