"""Jobs that ended and were not processed, because their event, or one that should have followed, was lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from groundtrain.aws import labeling_jobs, training_job_lists
from groundtrain.aws.clients import Clients
from groundtrain.aws.labeling_jobs import LabelingJob
from groundtrain.aws.training_job_lists import ListedJob
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.observability import logger
from groundtrain.pipeline.processed import labeling_job_was_processed, training_job_was_processed
from groundtrain.pipeline.variables import SweepVariables
from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import environment_prefix


def find_missed_training_jobs(variables: SweepVariables, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Ended training jobs of the environment, whoever started them, whose outcome was not recorded."""
    for job in list_ended_training_jobs(variables.environment, aws, now):
        if not training_job_was_processed(job, variables, aws):
            yield job


def find_missed_labeling_jobs(
    variables: SweepVariables, aws: Clients, now: datetime
) -> Iterator[LabelingJob]:
    """Ended labeling jobs that the environment reacts to and that went no further."""
    for name in list_ended_labeling_jobs(variables.environment, aws, now):
        try:
            job = labeling_jobs.describe(aws.sagemaker, name)
            if not labeling_job_was_processed(job, variables, aws):
                yield job
        except (NotReadyError, GroundtrainError) as reason:
            logger.warning("Skipped labeling job", labeling_job=name, reason=str(reason))


def list_ended_training_jobs(environment: Environment, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    """Training jobs of the environment that ended within the sweep's window."""
    since, until = sweep_window(environment, now)
    prefix = environment_prefix(environment)
    return training_job_lists.list_ended(aws.sagemaker, prefix, since=since, until=until)


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
