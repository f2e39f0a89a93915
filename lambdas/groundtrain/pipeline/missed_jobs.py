"""Jobs that ended and were not processed, because their event, or one that should have followed, was lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from groundtrain.aws import labeling_jobs, notifications, training_job_lists
from groundtrain.aws.clients import Clients
from groundtrain.aws.datasets import read_dataset
from groundtrain.aws.labeling_jobs import LabelingJob
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.training_job_lists import ListedJob
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.observability import logger
from groundtrain.pipeline.announced import next_was_taken_up, was_taken_up
from groundtrain.pipeline.publish import find_output, home_of
from groundtrain.pipeline.variables import SweepVariables
from groundtrain.report import messages
from groundtrain.report.outcomes import ids_of_outcomes
from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import job_name_start


def find_missed_training_jobs(here: SweepVariables, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Ended training jobs of the environment, whoever started them, whose outcome was not recorded."""
    for job in list_ended_training_jobs(here.environment, aws, now):
        if not was_recorded(job, here, aws):
            yield job


def was_recorded(job: ListedJob, here: SweepVariables, aws: Clients) -> bool:
    """Whether an outcome message was sent and, after want of capacity, the next attempt was taken up."""
    for outcome, message in ids_of_outcomes(here.environment.name, job.name):
        if notifications.was_sent(aws, here.datasets_bucket, message):
            return outcome != "training goes elsewhere" or next_was_taken_up(job, here, aws)
    return False


def list_ended_training_jobs(environment: Environment, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Training jobs of the environment that ended within the sweep's window."""
    since, until = sweep_window(environment, now)
    beginning = job_name_start(environment)
    return training_job_lists.list_ended(aws.sagemaker, beginning, since=since, until=until)


def find_missed_labeling_jobs(here: SweepVariables, aws: Clients, now: datetime) -> Iterator[LabelingJob]:
    """Ended labeling jobs that the environment reacts to and that went no further."""
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
    """Whether the failure message was sent, or for other jobs, whether the dataset was taken up by training.

    The dataset is that of the job's current output under the current settings. One with a closed gate goes no
    further.
    """
    if job.status == "Failed":
        message = messages.labeling_job_failed(job.name, here.environment.name, job.failure_reason)
        return notifications.was_sent(aws, here.datasets_bucket, message.id)
    manifest = find_output(job, aws)
    home = home_of(job, manifest.etag(), here.environment, here.datasets_bucket)
    try:
        dataset = read_dataset(aws.s3, home)
    except MissingObjectError:
        return False
    return not dataset.gate.open or was_taken_up(dataset, here, aws)
