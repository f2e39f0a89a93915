"""On a schedule: find labeling jobs that ended and were left alone, because their event never came."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import labeling_jobs, notifications, queues
from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.labeling_jobs import LabelingJob
from groundtrain.dataset.description import DESCRIPTION
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import LABELING_JOB_STATE_CHANGE, SAGEMAKER
from groundtrain.observability import Measure, count, logger, observed
from groundtrain.pipeline.publish import find_output, home_of
from groundtrain.pipeline.variables import SweepVariables, read_variables
from groundtrain.report import messages
from groundtrain.settings.environment import Environment


@observed
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Put every forgotten job on the convert queue; one that is there already is made a dataset once."""
    here, aws = read_variables(SweepVariables), connect()
    for job in find_forgotten(here, aws, now=datetime.now(UTC)):
        logger.warning("A labeling job was forgotten", labeling_job=job.name, status=job.status)
        queues.send(aws.sqs, here.convert_queue_url, as_event(job))
        count(Measure.LABELING_JOBS_SWEPT)


def find_forgotten(here: SweepVariables, aws: Clients, *, now: datetime) -> Iterator[LabelingJob]:
    """Ended jobs that the environment reacts to and that left no trace of it."""
    for name in list_ended(here.environment, aws, now):
        try:
            job = labeling_jobs.describe(aws.sagemaker, name)
            if not was_worked_on(job, here, aws):
                yield job
        except (NotReadyError, GroundtrainError) as reason:
            logger.warning("A labeling job was left out", labeling_job=name, reason=str(reason))


def list_ended(environment: Environment, aws: Clients, now: datetime) -> Iterator[str]:
    """Names of the jobs to look at."""
    since = now - timedelta(seconds=environment.sweep.look_back)
    until = now - timedelta(seconds=environment.sweep.grace)
    for status in environment.labeling.statuses:
        for name in labeling_jobs.list_ended(aws.sagemaker, status, since=since, until=until):
            if name.lower().startswith(environment.labeling.job_name_prefixes):
                yield name


def was_worked_on(job: LabelingJob, here: SweepVariables, aws: Clients) -> bool:
    """Whether people were told of a failed job; of any other, whether its output was made a dataset.

    That is its present output, under the present settings.
    """
    if job.status == "Failed":
        message = messages.labeling_job_failed(job.name, here.environment.name, job.failure_reason)
        return notifications.was_told(aws, here.datasets_bucket, message)
    manifest = find_output(job, aws)
    home = home_of(job, manifest.etag(), here.environment, here.datasets_bucket)
    return objects.exists(aws.s3, home.beside(DESCRIPTION))


def as_event(job: LabelingJob) -> dict[str, Any]:
    """The event that never came, as EventBridge would have delivered it."""
    return {
        "source": SAGEMAKER,
        "detail-type": LABELING_JOB_STATE_CHANGE,
        "resources": [job.arn],
        "detail": {"LabelingJobStatus": job.status},
    }
