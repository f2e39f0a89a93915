"""On a schedule: find jobs that ended and were left alone, because an event never came."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import queues
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.labeling_jobs import LabelingJob
from groundtrain.aws.training_job_lists import ListedJob
from groundtrain.events import LABELING_JOB_STATE_CHANGE, SAGEMAKER, TRAINING_JOB_STATE_CHANGE
from groundtrain.observability import Measure, count, logger, observed
from groundtrain.pipeline.forgotten import find_forgotten, find_untold
from groundtrain.pipeline.variables import SweepVariables, read_variables


@observed
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Put every forgotten job on the queue of its step; one that is there already has one effect.

    Training jobs first: they are few and quickly looked at, and so never wait for labeling jobs in numbers.
    """
    here, aws, now = read_variables(SweepVariables), connect(), datetime.now(UTC)
    ask_for_outcomes(here, aws, now)
    ask_for_datasets(here, aws, now)


def ask_for_outcomes(here: SweepVariables, aws: Clients, now: datetime) -> None:
    """Have the outcome of every forgotten training job recorded."""
    for job in find_untold(here, aws, now):
        logger.warning("A training job was forgotten", training_job=job.name, status=job.status)
        queues.send(aws.sqs, here.outcome_queue_url, as_training_event(job))
        count(Measure.TRAINING_JOBS_SWEPT)


def ask_for_datasets(here: SweepVariables, aws: Clients, now: datetime) -> None:
    """Have every forgotten labeling job converted, or its dataset announced again."""
    for job in find_forgotten(here, aws, now):
        logger.warning("A labeling job was forgotten", labeling_job=job.name, status=job.status)
        queues.send(aws.sqs, here.convert_queue_url, as_labeling_event(job))
        count(Measure.LABELING_JOBS_SWEPT)


def as_labeling_event(job: LabelingJob) -> dict[str, Any]:
    """The event that never came, as EventBridge would have delivered it."""
    return {
        "source": SAGEMAKER,
        "detail-type": LABELING_JOB_STATE_CHANGE,
        "resources": [job.arn],
        "detail": {"LabelingJobStatus": job.status},
    }


def as_training_event(job: ListedJob) -> dict[str, Any]:
    """The same of a training job."""
    return {
        "source": SAGEMAKER,
        "detail-type": TRAINING_JOB_STATE_CHANGE,
        "resources": [job.arn],
        "detail": {"TrainingJobName": job.name, "TrainingJobStatus": job.status},
    }
