"""A labeling job has ended: turn its output into a dataset."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import event_bus, notifications
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.queues import Delivery
from groundtrain.aws.sagemaker import labeling_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.events import DatasetAnnouncement, job_name_of, parse_event
from groundtrain.observability import Metric, append_job_key, count, logger, observed
from groundtrain.output.messages.before_training import dataset_rejected, labeling_job_failed
from groundtrain.pipeline.delivery import Answer, Step, process_messages
from groundtrain.pipeline.environment_variables import ConvertVariables, read_variables
from groundtrain.pipeline.make_dataset_once import Buckets, MadeDataset, make_dataset_once
from groundtrain.pipeline.triggers.labeling_job import labeled_by_job
from groundtrain.training.cost import estimates
from groundtrain.training.plan import plan_for


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the convert queue: labeling-job events from EventBridge or the sweep."""
    variables, aws = read_variables(ConvertVariables), connect()
    step = Step("convert_manifest", variables, aws)
    return process_messages(event, step, partial(convert_one, variables=variables, aws=aws))


def convert_one(delivery: Delivery, *, variables: ConvertVariables, aws: Clients) -> None:
    """Make and announce the dataset; the job's status is read from SageMaker, not from the event.

    A repeated delivery makes no new dataset; it only sends the announcement again.
    """
    job = labeling_jobs.describe(aws.sagemaker, job_name_of(parse_event(delivery.body)))
    append_job_key(job.name)
    buckets = Buckets(variables.datasets_bucket, variables.labeling_buckets.split(","))
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


def announce(made: MadeDataset, variables: ConvertVariables, aws: Clients) -> None:
    """Send the event that starts the next step; when the gate is closed, notify subscribers."""
    dataset = made.dataset
    announcement = DatasetAnnouncement(
        environment=variables.environment.name,
        labeling_job=dataset.labeling_job,
        dataset_id=dataset.dataset_id,
        dataset=str(made.folder),
    )
    event_bus.announce(aws.events, announcement, ready=dataset.gate.open)
    if not dataset.gate.open:
        costs = estimates(plan_for(variables.environment, dataset.type))
        message = dataset_rejected(dataset, announcement, by="convert_manifest", costs=costs)
        notifications.notify(aws, variables.topic, message)
    record(made)


def record(made: MadeDataset) -> None:
    """Log the dataset, and count it when it is new.

    Reasons for a closed gate are not logged, as they hold names from the labels: see dataset.json.
    """
    dataset = made.dataset
    gate = "open" if dataset.gate.open else "closed"
    if unjudged := dataset.reasons.get("GT131"):
        logger.error("Lines at which a check failed were left out", lines=unjudged)
    logger.info("Dataset", folder=str(made.folder), new=made.new, gate=gate)
    if made.new:
        count(Metric.DATASETS_READY if dataset.gate.open else Metric.DATASETS_REJECTED)
        count(Metric.RECORDS_USED, dataset.train.records + dataset.validation.records)
        count(Metric.RECORDS_REJECTED, dataset.rejected)


def notify_of_failure(job: LabelingJob, variables: ConvertVariables, aws: Clients) -> None:
    """Notify subscribers of a failed labeling job; there is no dataset."""
    logger.warning("Labeling job failed", reason=job.failure_reason)
    message = labeling_job_failed(job.name, variables.environment.name, job.failure_reason)
    notifications.notify(aws, variables.topic, message)
