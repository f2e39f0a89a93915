"""Training jobs, as the SageMaker API describes and lists them.

Sources: SageMaker API reference (DescribeTrainingJob, ListTrainingJobs).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import is_missing
from groundtrain.errors import GroundtrainError
from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES
from groundtrain.training.results.failure_reasons import is_want_of_capacity

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_ON_A_MACHINE = {"DownloadingTrainingImage", "Downloading", "Training", "Interrupted", "Uploading"}


class UnknownTrainingJobError(GroundtrainError):
    """There is no such training job in this account and region."""


class TrainingJob(Struct, frozen=True, kw_only=True):
    """A training job.

    Attributes:
        secondary_status: says why a job stopped, such as "MaxRuntimeExceeded".
        train_manifest: address of the manifest of channel "train".
        artifacts: address of model.tar.gz, "" when there is none.
        metrics: last value of each metric.
        stages: secondary statuses so far, in order.
        spot: whether it asked for spot machines.
        checkpoints: `s3://bucket/checkpoints/<training job>/`, "" where it keeps none.
    """

    name: str
    arn: str
    status: str
    secondary_status: str
    image: str
    train_manifest: str
    artifacts: str
    metrics: dict[str, float]
    failure_reason: str | None
    instance_type: str
    hyperparameters: dict[str, str]
    stages: tuple[str, ...]
    spot: bool = False
    checkpoints: str = ""

    @property
    def ran(self) -> bool:
        """Whether it ever had a machine."""
        return not _ON_A_MACHINE.isdisjoint(self.stages)

    @property
    def left_a_model(self) -> bool:
        """Whether it ended with a model: one that reached its maximum run time is Stopped and has one too."""
        ended_well = self.status == "Completed" or self.secondary_status == "MaxRuntimeExceeded"
        return ended_well and bool(self.artifacts)

    @property
    def lacked_capacity(self) -> bool:
        """Whether it ended because AWS had no machine of its type free.

        On demand it fails with CapacityError. On spot it is stopped when MaxWaitTime is over, and only its
        stages tell that from a job that ran and was interrupted (Developer Guide, "Managed Spot Training
        Lifecycle"); that CapacityError never comes there either is not confirmed (C04).
        """
        if self.status == "Failed":
            return is_want_of_capacity(self.failure_reason or "")
        return self.secondary_status == "MaxWaitTimeExceeded" and not self.ran


class ListedJob(Struct, frozen=True):
    """A training job, as ListTrainingJobs returns it."""

    name: str
    arn: str
    status: str


def describe(sagemaker: "SageMakerClient", name: str) -> TrainingJob:
    """Look up a job.

    Raises:
        UnknownTrainingJobError
    """
    answer = look_up(sagemaker, name)
    return TrainingJob(
        name=answer["TrainingJobName"],
        arn=answer["TrainingJobArn"],
        status=answer["TrainingJobStatus"],
        secondary_status=answer["SecondaryStatus"],
        image=answer["AlgorithmSpecification"].get("TrainingImage", ""),
        train_manifest=_train_manifest(answer),
        artifacts=answer.get("ModelArtifacts", {}).get("S3ModelArtifacts", ""),
        metrics={metric["MetricName"]: metric["Value"] for metric in answer.get("FinalMetricDataList", [])},
        failure_reason=answer.get("FailureReason") or None,
        instance_type=answer["ResourceConfig"].get("InstanceType", ""),
        hyperparameters=answer.get("HyperParameters", {}),
        stages=tuple(stage["Status"] for stage in answer.get("SecondaryStatusTransitions", [])),
        spot=answer.get("EnableManagedSpotTraining", False),
        checkpoints=answer.get("CheckpointConfig", {}).get("S3Uri", ""),
    )


def look_up(sagemaker: "SageMakerClient", name: str) -> dict[str, Any]:
    """All that DescribeTrainingJob answers.

    Raises:
        UnknownTrainingJobError
    """
    try:
        return dict(sagemaker.describe_training_job(TrainingJobName=name))
    except ClientError as error:
        if not is_missing(error):
            raise
        raise UnknownTrainingJobError(
            f'there is no training job "{name}" in this account and region', fix="check the name"
        ) from error


def follow(sagemaker: "SageMakerClient", name: str, pause: Callable[[float], None]) -> Iterator[TrainingJob]:
    """Yield the job whenever its stages, metrics or status change, until it ends; polls every 1 to 20 s."""
    seconds, last = 1.0, None
    while True:
        job = describe(sagemaker, name)
        if (job.stages, job.metrics, job.status) != last:
            last = job.stages, job.metrics, job.status
            yield job
        if job.status in TRAINING_JOB_END_STATUSES:
            return
        pause(seconds)
        seconds = min(1.2 * seconds, 20)


def exists(sagemaker: "SageMakerClient", name: str) -> bool:
    """Whether a job of this name exists, running or ended."""
    try:
        look_up(sagemaker, name)
    except UnknownTrainingJobError:
        return False
    return True


def list_jobs(sagemaker: "SageMakerClient", prefix: str, **wanted: Any) -> Iterator[ListedJob]:
    """Jobs with a name prefix; `wanted` are filters of ListTrainingJobs.

    The API throttles at about two calls a second, so pages are large. It filters by NameContains only.
    """
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains=prefix, PaginationConfig={"PageSize": 100}, **wanted
    )
    for page in pages:
        for job in page["TrainingJobSummaries"]:
            if job["TrainingJobName"].startswith(prefix):
                yield ListedJob(job["TrainingJobName"], job["TrainingJobArn"], job["TrainingJobStatus"])


def list_ended(
    sagemaker: "SageMakerClient", prefix: str, *, since: datetime, until: datetime
) -> Iterator[ListedJob]:
    """Jobs with a name prefix that have ended, and whose last change was between two times."""
    for job in list_jobs(sagemaker, prefix, LastModifiedTimeAfter=since, LastModifiedTimeBefore=until):
        if job.status in TRAINING_JOB_END_STATUSES:
            yield job


def _train_manifest(answer: dict[str, Any]) -> str:
    for channel in answer.get("InputDataConfig", []):
        if channel["ChannelName"] == "train":
            return str(channel["DataSource"]["S3DataSource"]["S3Uri"])
    return ""
