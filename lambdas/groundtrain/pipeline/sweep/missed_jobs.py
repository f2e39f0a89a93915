"""Jobs that ended and were not processed, because their event was lost: found, and queued for their step."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from groundtrain.aws import queues
from groundtrain.aws.aws_errors import AccessError
from groundtrain.aws.clients import Clients
from groundtrain.aws.sagemaker import labeling_jobs, training_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.aws.sagemaker.training_jobs import ListedJob
from groundtrain.errors import NotReadyError
from groundtrain.events.labeling_job_event import labeling_job_event
from groundtrain.events.training_job_event import training_job_event
from groundtrain.observability import Metric, count, logger
from groundtrain.pipeline.collected_failures import Failures
from groundtrain.pipeline.environment_variables import SweepVariables
from groundtrain.pipeline.sweep.processed_jobs import labeling_job_was_processed, training_job_was_processed
from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import environment_prefix


class Window(NamedTuple):
    """The time in which jobs that the sweep looks at have ended."""

    since: datetime
    until: datetime


def queue_training_jobs(variables: SweepVariables, aws: Clients, now: datetime, failures: Failures) -> None:
    """Send an event for every missed training job to record_outcome's queue."""
    for job in _find_missed_training_jobs(variables, aws, now, failures):
        with failures.caught("training job", job.name):
            logger.warning("Missed training job", training_job=job.name, status=job.status)
            queues.send(
                aws.sqs, variables.outcome_queue_url, training_job_event(job.arn, job.name, job.status)
            )
            count(Metric.TRAINING_JOBS_SWEPT)


def queue_labeling_jobs(variables: SweepVariables, aws: Clients, now: datetime, failures: Failures) -> None:
    """Send an event for every missed labeling job to convert_manifest's queue."""
    for job in _find_missed_labeling_jobs(variables, aws, now, failures):
        with failures.caught("labeling job", job.name):
            logger.warning("Missed labeling job", labeling_job=job.name, status=job.status)
            queues.send(aws.sqs, variables.convert_queue_url, labeling_job_event(job.arn, job.status))
            count(Metric.LABELING_JOBS_SWEPT)


def _find_missed_training_jobs(
    variables: SweepVariables, aws: Clients, now: datetime, failures: Failures
) -> Iterator[ListedJob]:
    """Ended training jobs of the environment, whoever started them, whose outcome was not recorded."""
    for job in failures.listed("training jobs", _ended_training_jobs(variables, aws, now)):
        with failures.caught("training job", job.name):
            if not training_job_was_processed(job, variables, aws):
                yield job


def _find_missed_labeling_jobs(
    variables: SweepVariables, aws: Clients, now: datetime, failures: Failures
) -> Iterator[LabelingJob]:
    """Ended labeling jobs that the environment reacts to and that went no further."""
    for name in failures.listed("labeling jobs", _ended_labeling_jobs(variables, aws, now, failures)):
        with failures.caught("labeling job", name):
            try:
                job = labeling_jobs.describe(aws.sagemaker, name)
                ours = job.output_bucket in variables.labeling_buckets.split(",")
                missed = ours and not labeling_job_was_processed(job, variables, aws)
            except NotReadyError as reason:
                logger.warning("Skipped labeling job", labeling_job=name, reason=str(reason))
                continue
            if missed:
                yield job


def list_ended_training_jobs(environment: Environment, aws: Clients, window: Window) -> Iterator[ListedJob]:
    """Training jobs of the environment that ended within the window."""
    if window.since < window.until:
        prefix = environment_prefix(environment)
        yield from training_jobs.list_ended(aws.sagemaker, prefix, since=window.since, until=window.until)


def list_ended_labeling_jobs(
    environment: Environment, aws: Clients, window: Window, failures: Failures
) -> Iterator[str]:
    """Names of labeling jobs that ended within the window; none where the account may not list them.

    An account that never used Ground Truth may be refused, which no later sweep would change; whether it is,
    is not confirmed (C10).
    """
    for status in environment.labeling.statuses if window.since < window.until else ():
        names = labeling_jobs.list_ended(aws.sagemaker, status, since=window.since, until=window.until)
        try:
            for name in failures.listed(
                f"labeling jobs that ended as {status}", names, unless=(AccessError,)
            ):
                if name.lower().startswith(environment.labeling.job_name_prefixes):
                    yield name
        except AccessError as error:
            logger.warning("Labeling jobs may not be listed, so none is swept", reason=str(error))
            return


def _ended_training_jobs(variables: SweepVariables, aws: Clients, now: datetime) -> Iterator[ListedJob]:
    window = window_of(variables, aws, now)
    yield from list_ended_training_jobs(variables.environment, aws, window)


def _ended_labeling_jobs(
    variables: SweepVariables, aws: Clients, now: datetime, failures: Failures
) -> Iterator[str]:
    window = window_of(variables, aws, now)
    yield from list_ended_labeling_jobs(variables.environment, aws, window, failures)


def window_of(variables: SweepVariables, aws: Clients, now: datetime) -> Window:
    """The window of this sweep."""
    return sweep_window(variables.environment, now, deployed=_deployed_at(variables, aws))


def sweep_window(environment: Environment, now: datetime, *, deployed: datetime) -> Window:
    """The window to look at; the event of a job that ended later may still be on its way.

    What ended before the environment was deployed is not its own, and would be trained unasked.
    """
    sweep = environment.sweep
    return Window(
        since=max(now - timedelta(seconds=sweep.look_back), deployed),
        until=now - timedelta(seconds=sweep.grace),
    )


def _deployed_at(variables: SweepVariables, aws: Clients) -> datetime:
    """When the environment was deployed first: its queues are as old as it is, and go with it."""
    return queues.created_at(aws.sqs, variables.convert_queue_url)
