"""What to try after a training job whose machines had no capacity: the next instance type, or no spot.

A type without quota is told before a job starts, and `aws/sagemaker/start_training_job.py` goes on at once.
"""

from typing import NamedTuple

from msgspec.structs import replace

from groundtrain.aws.sagemaker.training_jobs import TrainingJob
from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import LAST_ATTEMPT, DatasetAnnouncement
from groundtrain.settings.environment import Environment
from groundtrain.training.instance_types import types_after
from groundtrain.training.job_name import training_job_name
from groundtrain.training.plan import plan_for


class NextAttempt(NamedTuple):
    """The announcement of the next attempt, and the machine it asks for first, in words."""

    announcement: DatasetAnnouncement
    machine: str


def next_attempt(
    job: TrainingJob, dataset: Dataset, announcement: DatasetAnnouncement, environment: Environment
) -> NextAttempt | None:
    """What to try after a job whose machines had no capacity; None when nothing is left.

    None either for a job that was started with other settings than the environment's: the next attempt would
    be another training.
    """
    attempt, plan = announcement.attempt, plan_for(environment, dataset.type)
    if plan is None or training_job_name(plan, dataset, attempt) != job.name or attempt == LAST_ATTEMPT:
        return None
    types = plan.training.instance_types
    going_on = going_on_from_checkpoints(job, announcement)
    if left := types_after(job.instance_type, types):
        return NextAttempt(going_on.on_machines_after(job.instance_type), left[0])
    if job.spot and plan.training.on_demand_after_spot:
        return NextAttempt(going_on.on_machines_on_demand(), f"{types[0]} on demand")
    return None


def going_on_from_checkpoints(job: TrainingJob, announcement: DatasetAnnouncement) -> DatasetAnnouncement:
    """The announcement with the attempt whose checkpoints are worth going on from, if there are any."""
    if not (job.ran and job.checkpoints) or announcement.go_on_from is not None:
        return announcement
    return replace(announcement, go_on_from=announcement.attempt)
