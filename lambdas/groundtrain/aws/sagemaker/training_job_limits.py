"""Cost guards: limits on the number of training jobs at once and per day."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from groundtrain.aws.sagemaker import training_jobs
from groundtrain.aws.sagemaker.training_jobs import list_jobs
from groundtrain.errors import NotReadyError
from groundtrain.settings.training_settings import Training

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class LimitReachedError(NotReadyError):
    """The limits allow no further training job now."""


def wait_for_turn(
    sagemaker: "SageMakerClient", training: Training, name: str, prefix: str, *, now: datetime
) -> None:
    """Return if the job may be started; `prefix` is the prefix of the environment's job names.

    A job that exists already may always go on. Two jobs started at the same moment may exceed a limit by one.

    Raises:
        LimitReachedError: a limit is reached, so the job has to wait.
    """
    reason = _reason_to_wait(sagemaker, training, prefix, now)
    if reason and not training_jobs.exists(sagemaker, name):
        raise LimitReachedError(reason)


def _reason_to_wait(
    sagemaker: "SageMakerClient", training: Training, prefix: str, now: datetime
) -> str | None:
    at_once, a_day = training.max_concurrent_jobs, training.max_jobs_per_day
    if at_once is not None:
        running = _count(sagemaker, prefix, StatusEquals="InProgress")
        if running >= at_once:
            return f"{running} training jobs are running, and max_concurrent_jobs is {at_once}"
    if a_day is not None:
        started = _count(sagemaker, prefix, CreationTimeAfter=now - timedelta(days=1))
        if started >= a_day:
            return f"{started} training jobs were started in 24 hours, and max_jobs_per_day is {a_day}"
    return None


def _count(sagemaker: "SageMakerClient", prefix: str, **wanted: Any) -> int:
    """Number of jobs with this name prefix that match the filters, whatever their status."""
    return sum(1 for _ in list_jobs(sagemaker, prefix, **wanted))
