"""Jobs that ended and were not processed, because their event never came."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from groundtrain.aws import labeling_jobs, notifications, training_job_lists
from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients
from groundtrain.aws.labeling_jobs import LabelingJob
from groundtrain.aws.training_job_lists import ListedJob
from groundtrain.dataset.description import DESCRIPTION
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.observability import logger
from groundtrain.pipeline.publish import find_output, home_of
from groundtrain.pipeline.variables import SweepVariables
from groundtrain.report import messages
from groundtrain.report.outcomes import ids_of_outcomes
from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import job_name_start


def find_missed_training_jobs(here: SweepVariables, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Ended training jobs of the environment, whoever started them, for which no outcome message was sent."""
    for job in list_ended_training_jobs(here.environment, aws, now):
        ids = ids_of_outcomes(here.environment.name, job.name)
        if not any(notifications.was_sent(aws, here.datasets_bucket, each) for each in ids):
            yield job


def list_ended_training_jobs(environment: Environment, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Training jobs of the environment that ended within the sweep's window."""
    since, until = sweep_window(environment, now)
    beginning = job_name_start(environment)
    return training_job_lists.list_ended(aws.sagemaker, beginning, since=since, until=until)


def find_missed_labeling_jobs(here: SweepVariables, aws: Clients, now: datetime) -> Iterator[LabelingJob]:
    """Ended labeling jobs that the environment reacts to and that have no dataset or failure message."""
    for name in list_ended_labeling_jobs(here.environment, aws, now):
        try:
            job = labeling_jobs.describe(aws.sagemaker, name)
            if not was_handled(job, here, aws):
                yield job
        except (NotReadyError, GroundtrainError) as reason:
            logger.warning("Skipped labeling job", labeling_job=name, reason=str(reason))


def list_ended_labeling_jobs(environment: Environment, aws: Clients, now: datetime) -> Iterator[str]:
    """Names of labeling jobs that ended within the sweep's window."""
    since, until = sweep_window(environment, now)
    for status in environment.labeling.statuses:
        for name in labeling_jobs.list_ended(aws.sagemaker, status, since=since, until=until):
            if name.lower().startswith(environment.labeling.job_name_prefixes):
                yield name


def sweep_window(environment: Environment, now: datetime) -> tuple[datetime, datetime]:
    """Start and end of the window to look at; the event of a job that ended later may still be on its way."""
    sweep = environment.sweep
    return now - timedelta(seconds=sweep.look_back), now - timedelta(seconds=sweep.grace)


def was_handled(job: LabelingJob, here: SweepVariables, aws: Clients) -> bool:
    """Whether the failure message was sent, or for other jobs, whether the dataset exists.

    The dataset is that of the job's current output under the current settings.
    """
    if job.status == "Failed":
        message = messages.labeling_job_failed(job.name, here.environment.name, job.failure_reason)
        return notifications.was_sent(aws, here.datasets_bucket, message.id)
    manifest = find_output(job, aws)
    home = home_of(job, manifest.etag(), here.environment, here.datasets_bucket)
    return objects.exists(aws.s3, home.beside(DESCRIPTION))
