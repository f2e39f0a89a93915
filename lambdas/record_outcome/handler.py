"""A training job has ended: register its model, and tell people."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import model_packages, notifications, training_jobs
from groundtrain.aws import s3 as objects
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.datasets import dataset_folder, read_dataset
from groundtrain.aws.queues import Delivery
from groundtrain.aws.s3 import Address, parse_address
from groundtrain.aws.training_jobs import TrainingJob
from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST, Dataset
from groundtrain.errors import NotReadyError
from groundtrain.events import TRAINING_JOB_END_STATUSES, DatasetAnnouncement, job_name_of, parse_event
from groundtrain.manifest.lines import Lines
from groundtrain.observability import Measure, concerning, count, logger, observed
from groundtrain.pipeline.delivery import Answer, Step, deliver
from groundtrain.pipeline.variables import OutcomeVariables, read_variables
from groundtrain.report import messages
from groundtrain.report.message import Message
from groundtrain.training.failure_reasons import explain
from groundtrain.training.job_name import attempt_of
from groundtrain.training.model_package import TrainedModel, build_model_package
from groundtrain.training.suspects import Search, Suspect, find_suspects


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the outcome queue: training-job events from EventBridge or the sweep."""
    here, aws = read_variables(OutcomeVariables), connect()
    step = Step("record_outcome", here.environment.name, here.people, here.queue_url)
    return deliver(event, step, partial(record_one, here=here, aws=aws), aws)


def record_one(delivery: Delivery, *, here: OutcomeVariables, aws: Clients) -> None:
    """Register what the job left; delivered again, it registers nothing new."""
    event = parse_event(delivery.body)
    job = training_jobs.describe(aws.sagemaker, event.detail.get("TrainingJobName") or job_name_of(event))
    if job.status not in TRAINING_JOB_END_STATUSES:
        raise NotReadyError(f'training job "{job.name}" is {job.status}')
    folder = dataset_folder(str(parse_address(job.train_manifest).beside("")), here.datasets_bucket)
    dataset = read_dataset(aws.s3, folder)
    concerning(dataset.labeling_job or dataset.dataset_id)
    announcement = announced_as(job, dataset, folder, here)
    message, measure = conclude(job, dataset, announcement, here, aws)
    if notifications.tell(aws, here.people, message):
        count(measure)


def conclude(
    job: TrainingJob,
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    here: OutcomeVariables,
    aws: Clients,
) -> tuple[Message, Measure]:
    """Register the model when there is one; what people should hear, and what it counts as."""
    logger.info(
        "Training job", training_job=job.name, status=job.status, secondary_status=job.secondary_status
    )
    if left_a_model(job):
        package = register(job, dataset, announcement.dataset, here, aws)
        message = messages.model_registered(
            dataset, announcement, job=job.name, package=package, metrics=job.metrics
        )
        return message, Measure.MODELS_REGISTERED
    if job.status == "Failed":
        message = messages.training_failed(
            dataset,
            announcement,
            job=job.name,
            reason=job.failure_reason,
            suspects=suspects_of(job, dataset, aws),
        )
    else:
        message = messages.training_stopped(dataset, announcement, job=job.name, status=job.secondary_status)
    return message, Measure.TRAINING_JOBS_FAILED


def suspects_of(job: TrainingJob, dataset: Dataset, aws: Clients) -> list[Suspect]:
    """Records that may be why the job failed, where its reason speaks of the data."""
    reason = job.failure_reason or ""
    known, found = explain(reason), list[Suspect]()
    if known is None or known.suspects is None:
        return found
    for name in (TRAIN_MANIFEST, VALIDATION_MANIFEST):
        try:
            manifest = objects.find_manifest(aws.s3, str(parse_address(job.train_manifest).beside(name)))
        except objects.MissingObjectError:
            continue
        search = Search(reason, dataset.attributes)
        found += find_suspects(known.suspects, search, name, Lines(manifest.open()))
    return found


def left_a_model(job: TrainingJob) -> bool:
    """A job that reached its longest run time is Stopped, not Failed, and what it had learnt is kept."""
    ended_well = job.status == "Completed" or (
        job.status == "Stopped" and job.secondary_status == "MaxRuntimeExceeded"
    )
    return ended_well and bool(job.artifacts)


def register(job: TrainingJob, dataset: Dataset, folder: str, here: OutcomeVariables, aws: Clients) -> str:
    """The ARN of the job's model package, made now or before."""
    model = TrainedModel(job.name, job.arn, job.image, job.artifacts, job.metrics)
    request = build_model_package(model, dataset, folder, here.model_package_group)
    package = model_packages.register(aws.sagemaker, request)
    logger.info("Model package", arn=package)
    return package


def announced_as(
    job: TrainingJob, dataset: Dataset, folder: Address, here: OutcomeVariables
) -> DatasetAnnouncement:
    """The announcement that started the job; with a closed gate it was started in spite of it."""
    return DatasetAnnouncement(
        environment=here.environment.name,
        labeling_job=dataset.labeling_job,
        dataset_id=dataset.dataset_id,
        dataset=str(folder),
        attempt=attempt_of(job.name),
        override_gate=not dataset.gate.open,
    )
