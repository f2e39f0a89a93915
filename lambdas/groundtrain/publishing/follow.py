"""Follow what was published to the registered model, by what the pipeline leaves in S3 and SageMaker."""

from collections.abc import Iterator

from msgspec import Struct

from groundtrain.aws.clients import Clients
from groundtrain.aws.dataset_store import read_dataset
from groundtrain.aws.sagemaker import model_packages, training_jobs
from groundtrain.aws.sagemaker.training_jobs import TrainingJob
from groundtrain.aws.upload_store import UploadStore
from groundtrain.dataset.description import DESCRIPTION, Dataset, dataset_prefix
from groundtrain.gate.verdict import first_reasons
from groundtrain.pipeline.triggers.upload import name_of_upload
from groundtrain.publishing.patience import Hint, NoModelError, Patience
from groundtrain.publishing.publish import Published
from groundtrain.s3_addresses import S3Address, parse_s3_address
from groundtrain.settings.environment import Environment
from groundtrain.shell_commands import shell_command
from groundtrain.training.instance_types import types_after
from groundtrain.training.job_name import expected_job_name
from groundtrain.training.plan import plan_for
from groundtrain.training.results.failure_reasons import TERMINAL, explain
from groundtrain.training.results.model_package import group_of

_LOOKED_AT = 100  # model packages, the newest first


class Outcome(Struct, frozen=True):
    """What became of it: folder of the dataset, name of the training job, ARN of the model package."""

    dataset: str
    training_job: str
    model_package: str


def follow(
    published: Published, environment: Environment, datasets_bucket: str, aws: Clients, patience: Patience
) -> Outcome:
    """Wait for dataset, training job and registered model, one after the other.

    Args:
        published: what was put into S3.
        environment: its settings, which are those that are deployed.
        datasets_bucket: where it keeps datasets.
        aws: clients.
        patience: how long.

    Raises:
        NoModelError: the gate is closed, the training job failed, or it takes too long.
        AccessError
    """
    reporter = patience.reporter
    dataset, folder = _dataset(published, environment, datasets_bucket, aws, patience)
    sides = f"{dataset.train.records:,} for training, {dataset.validation.records:,} for validation"
    if dataset.test_records is not None:
        sides = f"{sides}, {dataset.test_records:,} for test"
    reporter.reports(f"dataset: {sides}, {dataset.rejected:,} left out", [str(folder)])
    if not dataset.gate.open:
        reasons = first_reasons(dataset.gate.reasons).rstrip(".")
        raise NoModelError(f"the gate is closed: {reasons}", fix="correct that, and publish again")
    job = _ended_job(dataset, environment, aws, patience)
    if not job.left_a_model:
        raise _failure(job)
    return Outcome(str(folder), job.name, _model_package(job, environment, aws, patience))


def _dataset(
    published: Published, environment: Environment, bucket: str, aws: Clients, patience: Patience
) -> tuple[Dataset, S3Address]:
    """The dataset of these bytes, whatever settings it was made with."""
    name = name_of_upload(parse_s3_address(published.manifest))
    folder = S3Address(bucket, dataset_prefix(name, "").rstrip("/") + "/")
    others: set[str] = set()
    hint = Hint(
        patience,
        "no dataset yet: was the environment deployed after its uploads were set? What failed is shown by "
        + shell_command("groundtrain", "redrive", environment.name, "--dry-run"),
    )
    patience.begins("the dataset")
    while True:
        for key in _descriptions(aws, folder, others):
            dataset = read_dataset(aws.s3, S3Address(bucket, key))
            if dataset.source.etag == published.sha256:
                return dataset, S3Address(bucket, key).beside("")
            others.add(key)
        hint.say_when_late()
        patience.waits()


def _descriptions(aws: Clients, folder: S3Address, others: set[str]) -> list[str]:
    listed = UploadStore(aws.s3).listed(folder)
    return [key for key, _ in listed if key.endswith(f"/{DESCRIPTION}") and key not in others]


def _ended_job(dataset: Dataset, environment: Environment, aws: Clients, patience: Patience) -> TrainingJob:
    """The training job when it has ended: the last of those that follow each other for want of machines."""
    attempt = 0
    while True:
        name = expected_job_name(dataset, environment, attempt)
        if name is None:
            raise NoModelError(
                f"no algorithm reads labels of {dataset.type}", fix="train with an image of your own"
            )
        job = _followed(name, environment, aws, patience)
        if not (job.lacked_capacity and _goes_elsewhere(job, dataset, environment)):
            return job
        patience.reporter.reports(f"no machine of {job.instance_type} was free: the next attempt follows")
        attempt += 1


def _goes_elsewhere(job: TrainingJob, dataset: Dataset, environment: Environment) -> bool:
    """Whether the pipeline starts it once more on other machines."""
    plan = plan_for(environment, dataset.type)
    if plan is None:
        return False
    types = plan.training.instance_types
    return bool(types_after(job.instance_type, types)) or (job.spot and plan.training.on_demand_after_spot)


def _followed(name: str, environment: Environment, aws: Clients, patience: Patience) -> TrainingJob:
    patience.begins(f"training job {name}")
    hint = Hint(
        patience,
        "it is not there yet: its turn may not have come (max_concurrent_jobs, max_jobs_per_day, quota), or"
        " the deployed settings differ from these; what failed is shown by "
        + shell_command("groundtrain", "redrive", environment.name, "--dry-run"),
    )
    while not training_jobs.exists(aws.sagemaker, name):
        hint.say_when_late()
        patience.waits()
    shown = 0
    for job in training_jobs.follow(aws.sagemaker, name, patience.waits):
        for stage in job.stages[shown:]:
            patience.reporter.reports(f"training job {name}: {stage}")
        shown = len(job.stages)
    return job


def _failure(job: TrainingJob) -> NoModelError:
    reason = job.failure_reason or job.secondary_status
    explanation = explain(reason, TERMINAL)
    meaning = f". {explanation.meaning}" if explanation else ""
    sentence = f"training job {job.name} ended as {job.status}: {reason.strip().rstrip('.')}{meaning}"
    return NoModelError(
        sentence.rstrip("."), fix=(explanation.fix if explanation else "see its log").rstrip(".")
    )


def _model_package(job: TrainingJob, environment: Environment, aws: Clients, patience: Patience) -> str:
    patience.begins("the registered model")
    hint = Hint(
        patience,
        "the model is not registered yet; what failed is shown by "
        + shell_command("groundtrain", "redrive", environment.name, "--dry-run"),
    )
    while True:
        for registered in _newest(aws, group_of(environment)):
            if registered.training_job_arn == job.arn:
                return registered.arn
        hint.say_when_late()
        patience.waits()


def _newest(aws: Clients, group: str) -> Iterator[model_packages.Registered]:
    for number, registered in enumerate(model_packages.find_registered(aws.sagemaker, group)):
        if number == _LOOKED_AT:
            return
        yield registered
