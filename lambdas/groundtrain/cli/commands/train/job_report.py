"""What is printed of a training job: its cost, how it is or went, and how to train again."""

from typing import TYPE_CHECKING, NoReturn

import msgspec

from groundtrain.calls.training_request import NotTrainedError
from groundtrain.cli.audience import current_audience
from groundtrain.cli.exit_codes import exit_with
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.printing import print_json, print_line
from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import LAST_ATTEMPT
from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES
from groundtrain.settings.environment import Environment
from groundtrain.training.cost import estimates
from groundtrain.training.plan import plan_for
from groundtrain.training.results.failure_reasons import TERMINAL, explain

if TYPE_CHECKING:
    from groundtrain.aws.sagemaker.start_training_job import Started
    from groundtrain.aws.sagemaker.training_jobs import TrainingJob

_STATES = {"Completed": "has ended", "InProgress": "is running", "Stopping": "is being stopped"}


def end_with(failure: NotTrainedError, *, document_is_out: bool) -> NoReturn:
    """End the command; standard output holds one document, so a failure after it goes to standard error."""
    if not document_is_out:
        raise failure
    worded = current_audience().worded
    tell_failure(worded(failure.message), worded(failure.fix))
    exit_with(failure.exit_code)


def print_cost(dataset: Dataset, environment: Environment) -> None:
    """Print on standard error what training on it costs at most, where the settings name prices."""
    for estimate in estimates(plan_for(environment, dataset.type)):
        print_line(f"It costs {estimate}.", to_stderr=True)


def print_job(started: "Started", dataset: str, job: "TrainingJob | None", form: str) -> None:
    """Print what was started, and how the job is where that is known; `dataset` is its folder in S3."""
    if form == "json":
        state = msgspec.to_builtins(job) if job else {}
        print_json({**msgspec.to_builtins(started), "dataset": dataset, **state})
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
    explanation = explain(reason, TERMINAL)
    sentences = [f"training job {job.name} ended as {job.status}: {reason}"]
    sentences += [explanation.meaning] if explanation else []
    fixes = [explanation.fix if explanation else "See its log", how_to_train_again(attempt)]
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
