"""Whether the pipeline has processed a job or a dataset, judged by what its steps leave behind.

Every step ends with a training job or with a message to subscribers. So lost events are found, and lost
announcements from one step to the next as well.
"""

from groundtrain.aws import notifications
from groundtrain.aws.clients import Clients
from groundtrain.aws.dataset_store import read_dataset
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker import training_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.aws.sagemaker.training_jobs import ListedJob
from groundtrain.dataset.description import Dataset, GateDecision
from groundtrain.errors import GroundtrainError
from groundtrain.events.object_created import UploadedObject
from groundtrain.gate.decision import decide_gate
from groundtrain.observability import logger
from groundtrain.output.messages.before_training import labeling_job_failed
from groundtrain.output.messages.message import ids_of_outcomes, ids_of_untrained
from groundtrain.pipeline.environment_variables import SweepVariables
from groundtrain.pipeline.make_dataset_once import dataset_folder_of
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.pipeline.triggers.labeling_job import labeled_by_job
from groundtrain.pipeline.triggers.upload import labeled_if_known
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment import Environment
from groundtrain.training.job_name import attempt_of, expected_job_name, labeling_job_prefix


def labeling_job_was_processed(job: LabelingJob, variables: SweepVariables, aws: Clients) -> bool:
    """For a failed job, whether the message was sent; for others, whether training has the dataset.

    The dataset is that of the job's current output under the current settings. One with a closed gate goes no
    further.
    """
    if job.status == "Failed":
        message = labeling_job_failed(job.name, variables.environment.name, job.failure_reason)
        return notifications.was_sent(aws, variables.datasets_bucket, message.id)
    return _labels_were_processed(labeled_by_job(job, aws), variables, aws)


def upload_was_processed(upload: UploadedObject, variables: SweepVariables, aws: Clients) -> bool:
    """Whether training has the dataset of this version, under the current settings."""
    labeled = labeled_if_known(upload, aws, variables.datasets_bucket)
    return labeled is not None and _labels_were_processed(labeled, variables, aws)


def _labels_were_processed(labeled: LabeledManifest, variables: SweepVariables, aws: Clients) -> bool:
    folder = dataset_folder_of(labeled, variables.environment, variables.datasets_bucket)
    try:
        dataset = read_dataset(aws.s3, folder)
    except MissingObjectError:
        return False
    return not dataset.gate.open or _dataset_was_processed(dataset, variables, aws)


def training_job_was_processed(job: ListedJob, variables: SweepVariables, aws: Clients) -> bool:
    """Whether the outcome's message was sent and, without capacity, the next attempt was processed too."""
    for outcome, message in ids_of_outcomes(variables.environment.name, job.name):
        if notifications.was_sent(aws, variables.datasets_bucket, message):
            return outcome != "training goes elsewhere" or _next_attempt_was_processed(job, variables, aws)
    return False


def _dataset_was_processed(
    dataset: Dataset, variables: SweepVariables, aws: Clients, attempt: int = 0
) -> bool:
    """Whether its training job was started, or a message explains why not.

    Also true where no algorithm reads its labels, and for a dataset that was trained on under other settings:
    changed settings alone start no training.
    """
    environment = variables.environment
    name = expected_job_name(dataset, environment, attempt)
    if name is None or training_jobs.exists(aws.sagemaker, name):
        return True
    if attempt == 0 and _was_trained_otherwise(dataset, environment, aws):
        return True
    ids = ids_of_untrained(environment.name, name, dataset.dataset_id, _gate_now(dataset, environment))
    return any(notifications.was_sent(aws, variables.datasets_bucket, each) for each in ids)


def _next_attempt_was_processed(job: ListedJob, variables: SweepVariables, aws: Clients) -> bool:
    """The same for the attempt after a job; true for a job whose name other settings gave."""
    try:
        manifest = parse_s3_address(training_jobs.describe(aws.sagemaker, job.name).train_manifest)
        dataset, attempt = read_dataset(aws.s3, manifest), attempt_of(job.name)
    except GroundtrainError as reason:
        logger.warning("A training job was left out", training_job=job.name, reason=str(reason))
        return True
    if expected_job_name(dataset, variables.environment, attempt) != job.name:
        return True
    return _dataset_was_processed(dataset, variables, aws, attempt + 1)


def _was_trained_otherwise(dataset: Dataset, environment: Environment, aws: Clients) -> bool:
    """Whether any training job had this dataset, except those that never ran for want of capacity.

    Raises:
        Exception: none is known to have had it, and one could not be looked at.
    """
    unknown: Exception | None = None
    prefix = labeling_job_prefix(environment, dataset.labeling_job)
    for listed in training_jobs.list_jobs(aws.sagemaker, prefix):
        try:
            job = training_jobs.describe(aws.sagemaker, listed.name)
        except Exception as error:  # noqa: BLE001 - another job may tell
            unknown = error
            continue
        if not job.lacked_capacity and f"/{dataset.dataset_id}/" in job.train_manifest:
            return True
    if unknown:
        raise unknown
    return False


def _gate_now(dataset: Dataset, environment: Environment) -> GateDecision:
    """As start_training decides it; a closed gate was overridden, so it is not decided again."""
    return decide_gate(dataset, environment) if dataset.gate.open else GateDecision(open=True)
