"""What is said of a training job: how it goes, how it went, and how to train again."""

import time
from typing import TYPE_CHECKING

import msgspec

from groundtrain.cli.narrators import narrator_for
from groundtrain.cli.printing import print_json, print_line
from groundtrain.errors import GroundtrainError
from groundtrain.events import LAST_ATTEMPT, TRAINING_JOB_END_STATUSES
from groundtrain.training.results.failure_reasons import TERMINAL, explain

if TYPE_CHECKING:
    from groundtrain.aws.sagemaker.training_jobs import Started, TrainingJob

_STATES = {"Completed": "has ended", "InProgress": "is running", "Stopping": "is being stopped"}


class NotTrainedError(GroundtrainError):
    """No training job was started, or it failed."""

    exit_code = 1


def follow(started: "Started", form: str) -> "TrainingJob":
    """Show new stages and metrics until the job ends; SageMaker reads the metrics from the log."""
    from groundtrain.aws.clients import connect
    from groundtrain.aws.sagemaker import training_jobs

    stages, metrics = 0, dict[str, float]()
    with narrator_for(form) as narrator:
        narrator.begins(f"Training job {started.name} on {started.instance_type}")
        for job in training_jobs.follow(connect().sagemaker, started.name, time.sleep):
            for stage in job.stages[stages:]:
                narrator.tells(stage)
            for name, value in job.metrics.items():
                if metrics.get(name) != value:
                    narrator.tells(f"{name} {value:.4g}")
            stages, metrics = len(job.stages), job.metrics
    return job


def look_at(started: "Started") -> "TrainingJob | None":
    """The job, where it had been started before; None where it is new, and nothing is known of it yet."""
    from groundtrain.aws.clients import connect
    from groundtrain.aws.sagemaker import training_jobs

    return None if started.new else training_jobs.describe(connect().sagemaker, started.name)


def print_job(started: "Started", dataset: str, job: "TrainingJob | None", form: str) -> None:
    """Print what was started, and how the job is where that is known; `dataset` is its folder in S3."""
    if form == "json":
        seen = msgspec.to_builtins(job) if job else {}
        print_json({**msgspec.to_builtins(started), "dataset": dataset, **seen})
        return
    verb = "was started" if started.new else "had been started before"
    state = f" and {_state(job)}" if job and not started.new else ""
    print_line(
        f"Training job {started.name} {verb} on {started.instance_type}{state}; its dataset is {dataset}"
    )
    if started.elsewhere:
        print_line(f"It is an earlier deployment's; what it left is in {started.elsewhere}")
    if job is not None and job.artifacts:
        print_line(f"Its model: {job.artifacts}")


def failure_of(job: "TrainingJob", attempt: int) -> NotTrainedError | None:
    """Why a job has left nothing, and what to do; None for one that is under way or has a model."""
    if job.status not in TRAINING_JOB_END_STATUSES or job.status == "Completed" or job.left_a_model:
        return None
    reason = job.failure_reason or job.secondary_status
    known = explain(reason, TERMINAL)
    sentences = [f"training job {job.name} ended as {job.status}: {reason}"]
    sentences += [known.meaning] if known else []
    fixes = [known.fix if known else "See its log", how_to_train_again(attempt)]
    return NotTrainedError(
        ". ".join(sentence.strip().rstrip(".") for sentence in sentences),
        fix="; ".join(fix.rstrip(".") for fix in fixes),
    )


def how_to_train_again(attempt: int) -> str:
    """The option that trains the same dataset once more."""
    if attempt >= LAST_ATTEMPT:
        return "change a setting of [training], as no attempt is left"
    return f"--attempt {attempt + 1} trains the same dataset again"


def _state(job: "TrainingJob") -> str:
    return _STATES.get(job.status, f"ended as {job.status}")
