"""On a schedule: find jobs that ended and were not processed, because an event never came."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import queues
from groundtrain.aws.clients import Clients, connect
from groundtrain.events import labeling_job_event, training_job_event
from groundtrain.observability import Metric, count, logger, observed
from groundtrain.pipeline.collected_failures import Failures
from groundtrain.pipeline.environment_variables import SweepVariables, read_variables
from groundtrain.pipeline.sweep.missed_jobs import find_missed_labeling_jobs, find_missed_training_jobs


@observed
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Put every missed job on the queue of its step; a job that is queued twice has the effect of one.

    Training jobs come first: there are few, so they never wait behind many labeling jobs. A job that cannot
    be looked at or queued does not keep the others from it; the sweep fails when it has tried all.
    """
    variables, aws, now = read_variables(SweepVariables), connect(), datetime.now(UTC)
    failures = Failures()
    queue_training_jobs(variables, aws, now, failures)
    if variables.environment.labeling.jobs:
        queue_labeling_jobs(variables, aws, now, failures)
    failures.raise_if_any_failed()


def queue_training_jobs(variables: SweepVariables, aws: Clients, now: datetime, failures: Failures) -> None:
    """Send an event for every missed training job to record_outcome's queue."""
    for job in find_missed_training_jobs(variables, aws, now, failures):
        with failures.caught("training job", job.name):
            logger.warning("Missed training job", training_job=job.name, status=job.status)
            queues.send(
                aws.sqs, variables.outcome_queue_url, training_job_event(job.arn, job.name, job.status)
            )
            count(Metric.TRAINING_JOBS_SWEPT)


def queue_labeling_jobs(variables: SweepVariables, aws: Clients, now: datetime, failures: Failures) -> None:
    """Send an event for every missed labeling job to convert_manifest's queue."""
    for job in find_missed_labeling_jobs(variables, aws, now, failures):
        with failures.caught("labeling job", job.name):
            logger.warning("Missed labeling job", labeling_job=job.name, status=job.status)
            queues.send(aws.sqs, variables.convert_queue_url, labeling_job_event(job.arn, job.status))
            count(Metric.LABELING_JOBS_SWEPT)
