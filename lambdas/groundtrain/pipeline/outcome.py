"""What follows from the end of a training job: a registered model, the next instance type, or a message."""

from typing import NamedTuple

from groundtrain.aws import event_bus
from groundtrain.aws.clients import Clients
from groundtrain.aws.manifest_store import find_manifest
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker import model_packages
from groundtrain.aws.sagemaker.training_jobs import TrainingJob
from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST, Dataset
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.manifest.lines import Lines
from groundtrain.observability import Metric, logger
from groundtrain.output.messages.message import Message
from groundtrain.output.messages.training_end import (
    model_registered,
    training_failed,
    training_goes_elsewhere,
    training_ran_out_of_time,
    training_stopped,
    training_without_machine,
)
from groundtrain.pipeline.next_instance_type import going_on_from_checkpoints, next_attempt
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment import Environment
from groundtrain.training.results.failure_reasons import explain
from groundtrain.training.results.lines_at_fault import LineAtFault, Search, find_lines_at_fault
from groundtrain.training.results.model_package import TrainedModel, build_model_package


class Conclusion(NamedTuple):
    """The message to send, and the metric to count."""

    message: Message
    metric: Metric


def conclude(
    job: TrainingJob,
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    environment: Environment,
    model_package_group: str,
    aws: Clients,
) -> Conclusion:
    """Register the job's model, or request the next instance type if this one had no capacity.

    `announcement` is the one that started the job. Idempotent.
    """
    if job.left_a_model:
        package = _register(job, dataset, announcement.dataset, model_package_group, aws)
        message = model_registered(dataset, announcement, job=job.name, package=package, metrics=job.metrics)
        return Conclusion(message, Metric.MODELS_REGISTERED)
    if job.lacked_capacity:
        return _without_machine(job, dataset, announcement, environment, aws)
    if job.status == "Failed":
        return _failed(job, dataset, announcement, aws)
    return _stopped(job, dataset, announcement)


def _register(job: TrainingJob, dataset: Dataset, folder: str, group: str, aws: Clients) -> str:
    """The ARN of the job's model package, registered now or before."""
    model = TrainedModel(job.name, job.arn, job.image, job.artifacts, job.metrics)
    package = model_packages.register(aws.sagemaker, build_model_package(model, dataset, folder, group))
    logger.info("Model package", arn=package)
    return package


def _without_machine(
    job: TrainingJob,
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    environment: Environment,
    aws: Clients,
) -> Conclusion:
    """Request the next instance type, or tell people that none is left."""
    if following := next_attempt(job, dataset, announcement, environment):
        event_bus.announce(aws.events, following.announcement, ready=True)
        message = training_goes_elsewhere(
            dataset, announcement, job=job.name, full=_machine(job), next_type=following.machine
        )
        return Conclusion(message, Metric.TRAINING_JOBS_WAITING)
    if not job.spot:
        return _failed(job, dataset, announcement, aws)
    message = training_without_machine(
        dataset, announcement, job=job.name, full=_machine(job), failed=job.status == "Failed"
    )
    return Conclusion(message, Metric.TRAINING_JOBS_FAILED)


def _machine(job: TrainingJob) -> str:
    return f"{job.instance_type} on spot" if job.spot else job.instance_type


def _failed(
    job: TrainingJob, dataset: Dataset, announcement: DatasetAnnouncement, aws: Clients
) -> Conclusion:
    message = training_failed(
        dataset,
        announcement,
        job=job.name,
        reason=job.failure_reason,
        lines_at_fault=_lines_at_fault(job, dataset, aws),
    )
    return Conclusion(message, Metric.TRAINING_JOBS_FAILED)


def _stopped(job: TrainingJob, dataset: Dataset, announcement: DatasetAnnouncement) -> Conclusion:
    if job.secondary_status == "MaxWaitTimeExceeded":
        going_on = going_on_from_checkpoints(job, announcement)
        message = training_ran_out_of_time(dataset, going_on, job=job.name)
    else:
        message = training_stopped(dataset, announcement, job=job.name, status=job.secondary_status)
    return Conclusion(message, Metric.TRAINING_JOBS_FAILED)


def _lines_at_fault(job: TrainingJob, dataset: Dataset, aws: Clients) -> list[LineAtFault]:
    """Records that may have made the job fail, if its failure reason is about the data."""
    reason = job.failure_reason or ""
    explanation, found = explain(reason), list[LineAtFault]()
    if explanation is None or explanation.finder is None:
        return found
    train_manifest = parse_s3_address(job.train_manifest)
    for name in (TRAIN_MANIFEST, VALIDATION_MANIFEST):
        try:
            manifest = find_manifest(aws.s3, train_manifest.beside(name))
        except MissingObjectError:
            continue
        search = Search(reason, dataset.attributes)
        found += find_lines_at_fault(explanation.finder, search, name, Lines(manifest.open()))
    return found
