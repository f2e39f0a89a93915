"""Whether the announcement of a dataset came to start_training: by what that leaves, whatever it did."""

from groundtrain.aws import notifications, training_jobs
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
from groundtrain.training.job_name import attempt_of, training_job_name
from groundtrain.training.plan import plan_for


def was_taken_up(dataset: Dataset, here: SweepVariables, aws: Clients, attempt: int = 0) -> bool:
    """Whether its training job was started, or people were told why not; under the present settings.

    What no algorithm learns from is not waited for.
    """
    environment = here.environment
    name = name_of_job(dataset, environment, attempt)
    if name is None or training_jobs.exists(aws.sagemaker, name):
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


def _gate_now(dataset: Dataset, environment: Environment) -> GateDecision:
    """As start_training decides it; who trains in spite of a closed gate is not asked again."""
    return decide_gate(dataset, environment) if dataset.gate.open else GateDecision(open=True)
