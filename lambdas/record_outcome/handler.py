"""A training job has ended: register its model, and notify subscribers."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import notifications
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.dataset_store import dataset_folder, read_dataset
from groundtrain.aws.queues import Delivery
from groundtrain.aws.sagemaker import training_jobs
from groundtrain.aws.sagemaker.training_jobs import TrainingJob
from groundtrain.dataset.description import Dataset
from groundtrain.errors import NotReadyError
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.events.event import parse_event
from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES, training_job_of
from groundtrain.gate.decision import decide_gate
from groundtrain.observability import append_job_key, count, logger, observed
from groundtrain.pipeline.delivery import Answer, Step, process_messages
from groundtrain.pipeline.environment_variables import OutcomeVariables
from groundtrain.pipeline.outcome import conclude
from groundtrain.pipeline.read_variables import read_variables
from groundtrain.s3_addresses import S3Address, parse_s3_address
from groundtrain.training.job_name import attempt_of
from groundtrain.training.plan import plan_for


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the outcome queue: training-job events from EventBridge or the sweep."""
    variables, aws = read_variables(OutcomeVariables), connect()
    step = Step("record_outcome", variables, aws)
    return process_messages(event, step, partial(record_one, variables=variables, aws=aws))


def record_one(delivery: Delivery, *, variables: OutcomeVariables, aws: Clients) -> None:
    """Register the job's model; a repeated delivery registers nothing new."""
    event = parse_event(delivery.body)
    job = training_jobs.describe(aws.sagemaker, training_job_of(event))
    if job.status not in TRAINING_JOB_END_STATUSES:
        raise NotReadyError(f'training job "{job.name}" is {job.status}')
    folder = dataset_folder(parse_s3_address(job.train_manifest).beside(""), variables.datasets_bucket)
    dataset = read_dataset(aws.s3, folder)
    append_job_key(dataset.labeling_job or dataset.dataset_id)
    logger.info(
        "Training job", training_job=job.name, status=job.status, secondary_status=job.secondary_status
    )
    started_by, environment = announced_as(job, dataset, folder, variables), variables.environment
    outcome = conclude(job, dataset, started_by, environment, variables.model_package_group, aws)
    if notifications.notify(aws, variables.topic, outcome.message):
        count(outcome.metric)


def announced_as(
    job: TrainingJob, dataset: Dataset, folder: S3Address, variables: OutcomeVariables
) -> DatasetAnnouncement:
    """The announcement that started the job; a gate that was closed or is closed now must be overridden."""
    plan = plan_for(variables.environment, dataset.type)
    open_now = dataset.gate.open and decide_gate(dataset, variables.environment).open
    return DatasetAnnouncement(
        environment=variables.environment.name,
        labeling_job=dataset.labeling_job,
        dataset_id=dataset.dataset_id,
        dataset=str(folder),
        attempt=attempt_of(job.name),
        override_gate=not open_now,
        on_demand=plan is not None and bool(plan.training.spot) and not job.spot,
        go_on_from=_resumed_attempt(job),
    )


def _resumed_attempt(job: TrainingJob) -> int | None:
    """The attempt whose checkpoints the job went on from."""
    earlier = job.checkpoints.rstrip("/").rpartition("/")[2]
    return attempt_of(earlier) if earlier and earlier != job.name else None
