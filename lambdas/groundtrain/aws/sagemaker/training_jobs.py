"""Training jobs: start each only once, and read how it ended.

CreateTrainingJob has no idempotency token, so the job's name serves as one. SageMaker answers ResourceInUse
to a name that was used before; the existing job then counts as started if its inputs are the same.
Sources: SageMaker API reference (CreateTrainingJob, DescribeTrainingJob).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.sagemaker.same_training_job import elsewhere, unlike
from groundtrain.aws.service_errors import code_of, is_missing, text_of
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import TRAINING_JOB_END_STATUSES
from groundtrain.training.results.failure_reasons import is_want_of_capacity

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.literals import TrainingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

_NO_MACHINE = ("ResourceLimitExceeded", "CapacityError", "InsufficientCapacityError")
_ON_A_MACHINE = {"DownloadingTrainingImage", "Downloading", "Training", "Interrupted", "Uploading"}
_REFUSED = ("ValidationException", "ResourceNotFound", "AccessDeniedException")


class NoInstanceError(NotReadyError):
    """No instance type has quota or capacity now.

    Attributes:
        refusals: AWS's message by instance type.
    """

    def __init__(self, name: str, refusals: dict[str, str]) -> None:
        super().__init__(f"{name}: {refusals}")
        self.refusals = refusals


class RefusedError(GroundtrainError):
    """SageMaker refuses the request, and would refuse it later too."""


class NameTakenError(GroundtrainError):
    """A training job of this name exists with other inputs."""


class UnknownTrainingJobError(GroundtrainError):
    """There is no such training job in this account and region."""


class Started(Struct, frozen=True):
    """A job that was started; `new` is False when it had been before, and `status` is what it had then.

    `elsewhere` is where an earlier deployment's job writes its results, "" for one of this deployment.
    """

    name: str
    instance_type: str
    new: bool
    elsewhere: str = ""
    status: str = ""


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
        Lifecycle"); nothing rules CapacityError out there either.
        """
        if self.status == "Failed":
            return is_want_of_capacity(self.failure_reason or "")
        return self.secondary_status == "MaxWaitTimeExceeded" and not self.ran


def start(
    sagemaker: "SageMakerClient",
    request: "CreateTrainingJobRequestTypeDef",
    instance_types: Sequence[str],
    create: "Callable[[CreateTrainingJobRequestTypeDef], object] | None" = None,
) -> Started:
    """Start the job on the first instance type that has quota and capacity, unless it was started before.

    `create` replaces the client's create_training_job.

    Raises:
        NoInstanceError: no instance type has.
        NameTakenError: a job of that name exists with other inputs.
        RefusedError: SageMaker refuses the request.
    """
    name = request["TrainingJobName"]
    refusals: dict[str, str] = {}
    create = create or (lambda complete: sagemaker.create_training_job(**complete))
    for instance_type in instance_types:
        try:
            create(_on(request, instance_type))
        except ClientError as error:
            if code_of(error) == "ResourceInUse":
                return _started_before(_look_up(sagemaker, name), request, instance_types)
            if code_of(error) not in _NO_MACHINE:
                raise _explained(error, name) from error
            refusals[instance_type] = text_of(error)
        else:
            return Started(name, instance_type, new=True)
    return _started_or_waiting(sagemaker, request, instance_types, refusals)


def describe(sagemaker: "SageMakerClient", name: str) -> TrainingJob:
    """Look up a job.

    Raises:
        UnknownTrainingJobError
    """
    answer = _look_up(sagemaker, name)
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
        _look_up(sagemaker, name)
    except UnknownTrainingJobError:
        return False
    return True


def _on(request: "CreateTrainingJobRequestTypeDef", instance_type: str) -> "CreateTrainingJobRequestTypeDef":
    machines = {**request["ResourceConfig"], "InstanceType": cast("TrainingInstanceTypeType", instance_type)}
    return cast("CreateTrainingJobRequestTypeDef", {**request, "ResourceConfig": machines})


def _started_or_waiting(
    sagemaker: "SageMakerClient",
    request: "CreateTrainingJobRequestTypeDef",
    instance_types: Sequence[str],
    refusals: dict[str, str],
) -> Started:
    """The quota may be used up by this very job, if it was started before a crash."""
    try:
        job = _look_up(sagemaker, request["TrainingJobName"])
    except UnknownTrainingJobError:
        raise NoInstanceError(request["TrainingJobName"], refusals) from None
    return _started_before(job, request, instance_types)


def _started_before(
    job: dict[str, Any], request: "CreateTrainingJobRequestTypeDef", instance_types: Sequence[str]
) -> Started:
    if different := unlike(dict(request), job, instance_types):
        raise NameTakenError(
            f'training job "{request["TrainingJobName"]}" exists with other inputs ({", ".join(different)})',
            fix="start the dataset with a higher attempt",
        )
    return Started(
        request["TrainingJobName"],
        job["ResourceConfig"]["InstanceType"],
        new=False,
        elsewhere=elsewhere(dict(request), job),
        status=job["TrainingJobStatus"],
    )


def _look_up(sagemaker: "SageMakerClient", name: str) -> dict[str, Any]:
    try:
        return dict(sagemaker.describe_training_job(TrainingJobName=name))
    except ClientError as error:
        if not is_missing(error):
            raise
        raise UnknownTrainingJobError(
            f'there is no training job "{name}" in this account and region', fix="check the name"
        ) from error


def _explained(error: ClientError, name: str) -> Exception:
    if code_of(error) not in _REFUSED:
        return error
    return RefusedError(
        f'SageMaker does not start training job "{name}": {text_of(error)}',
        fix="fix the training settings or the training role and deploy again",
    )


def _train_manifest(answer: dict[str, Any]) -> str:
    for channel in answer.get("InputDataConfig", []):
        if channel["ChannelName"] == "train":
            return str(channel["DataSource"]["S3DataSource"]["S3Uri"])
    return ""
