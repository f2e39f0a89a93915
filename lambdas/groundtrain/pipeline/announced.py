"""Whether the announcement of a dataset came to start_training: by what that leaves, whatever it did."""

from groundtrain.aws import notifications, training_job_lists, training_jobs
from groundtrain.aws.clients import Clients
from groundtrain.aws.datasets import read_dataset
from groundtrain.aws.s3 import parse_address
from groundtrain.aws.training_job_lists import ListedJob
from groundtrain.checking.gate import decide_gate
from groundtrain.dataset.description import Dataset, GateDecision
from groundtrain.errors import GroundtrainError
from groundtrain.observability import logger
from groundtrain.pipeline.variables import SweepVariables
from groundtrain.report.untrained import ids_of_untrained
from groundtrain.settings.environment import Environment
from groundtrain.training.failure_reasons import is_want_of_capacity
from groundtrain.training.job_name import attempt_of, job_name_beginning, training_job_name
from groundtrain.training.plan import plan_for


def was_taken_up(dataset: Dataset, here: SweepVariables, aws: Clients, attempt: int = 0) -> bool:
    """Whether its training job was started, or people were told why not.

    What no algorithm learns from is not waited for. Nor is a dataset that was trained under other settings:
    changed settings alone start no training.
    """
    environment = here.environment
    name = name_of_job(dataset, environment, attempt)
    if name is None or training_jobs.exists(aws.sagemaker, name):
        return True
    if attempt == 0 and _was_trained_otherwise(dataset, environment, aws):
        return True
    ids = ids_of_untrained(environment.name, name, dataset.dataset_id, _gate_now(dataset, environment))
    return any(notifications.was_sent(aws, here.datasets_bucket, each) for each in ids)


def next_was_taken_up(job: ListedJob, here: SweepVariables, aws: Clients) -> bool:
    """The same of the attempt after a job's; one that other settings named has none."""
    try:
        manifest = parse_address(training_jobs.describe(aws.sagemaker, job.name).train_manifest)
        dataset, attempt = read_dataset(aws.s3, manifest), attempt_of(job.name)
    except GroundtrainError as reason:
        logger.warning("A training job was left out", training_job=job.name, reason=str(reason))
        return True
    if name_of_job(dataset, here.environment, attempt) != job.name:
        return True
    return was_taken_up(dataset, here, aws, attempt + 1)


def name_of_job(dataset: Dataset, environment: Environment, attempt: int) -> str | None:
    """Name of the dataset's training job, whether there is one or not; None where nothing learns from it."""
    plan = plan_for(environment.training, dataset.type)
    if plan is None:
        return None
    return training_job_name(environment, plan.training, dataset.labeling_job, dataset.dataset_id, attempt)


def _was_trained_otherwise(dataset: Dataset, environment: Environment, aws: Clients) -> bool:
    """Whether any job of the labeling job's trained on this dataset; one that found no machine did not."""
    beginning = job_name_beginning(environment, dataset.labeling_job)
    for listed in training_job_lists.list_jobs(aws.sagemaker, beginning):
        job = training_jobs.describe(aws.sagemaker, listed.name)
        found_machine = not is_want_of_capacity(job.failure_reason or "")
        if found_machine and f"/{dataset.dataset_id}/" in job.train_manifest:
            return True
    return False


def _gate_now(dataset: Dataset, environment: Environment) -> GateDecision:
    """As start_training decides it; who trains in spite of a closed gate is not asked again."""
    return decide_gate(dataset, environment) if dataset.gate.open else GateDecision(open=True)
