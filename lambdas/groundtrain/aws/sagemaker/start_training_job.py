"""Start each training job only once.

CreateTrainingJob has no idempotency token, so the job's name serves as one: it has a digest of dataset and
settings. SageMaker answers ResourceInUse to a name that was used before; the existing job then counts as
started if it is the training that is asked for. What the name leaves out may differ: the machines, the model
that incremental training started from, and the buckets, which are others after the stacks were destroyed and
deployed again, while SageMaker keeps training jobs for ever.
Source: SageMaker API reference (CreateTrainingJob).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of, text_of
from groundtrain.aws.sagemaker.training_jobs import UnknownTrainingJobError, look_up
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.s3_addresses import key_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.literals import TrainingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

_NO_MACHINE = ("ResourceLimitExceeded", "CapacityError", "InsufficientCapacityError")
_REFUSED = ("ValidationException", "ResourceNotFound", "AccessDeniedException")
_LEFT_OUT = ("Tags", "RoleArn", "OutputDataConfig", "CheckpointConfig", "EnableManagedSpotTraining")


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


class Started(Struct, frozen=True):
    """A job that was started; `new` is False when it had been before, and `status` is what it had then.

    `elsewhere` is where an earlier deployment's job writes its results, "" for one of this deployment.
    """

    name: str
    instance_type: str
    new: bool
    elsewhere: str = ""
    status: str = ""


def start_training_job(
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
                return _started_before(look_up(sagemaker, name), request, instance_types)
            if code_of(error) not in _NO_MACHINE:
                raise _explained(error, name) from error
            refusals[instance_type] = text_of(error)
        else:
            return Started(name, instance_type, new=True)
    return _started_or_waiting(sagemaker, request, instance_types, refusals)


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
        job = look_up(sagemaker, request["TrainingJobName"])
    except UnknownTrainingJobError:
        raise NoInstanceError(request["TrainingJobName"], refusals) from None
    return _started_before(job, request, instance_types)


def _started_before(
    job: dict[str, Any], request: "CreateTrainingJobRequestTypeDef", instance_types: Sequence[str]
) -> Started:
    if different := _differing(dict(request), job, instance_types):
        raise NameTakenError(
            f'training job "{request["TrainingJobName"]}" exists with other inputs ({", ".join(different)})',
            fix="start the dataset with a higher attempt",
        )
    return Started(
        request["TrainingJobName"],
        job["ResourceConfig"]["InstanceType"],
        new=False,
        elsewhere=_elsewhere(dict(request), job),
        status=job["TrainingJobStatus"],
    )


def _differing(
    asked: Mapping[str, Any], found: Mapping[str, Any], instance_types: Sequence[str]
) -> list[str]:
    """Paths at which an existing job differs in what is trained; any of the instance types is as good."""
    one, other = _trained(asked), _trained(found)
    if found["ResourceConfig"].get("InstanceType") in instance_types:
        one["ResourceConfig"] = {
            **one["ResourceConfig"],
            "InstanceType": found["ResourceConfig"]["InstanceType"],
        }
    return sorted(differences(one, other))


def _elsewhere(asked: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Where the results of a job are whose results or dataset are in other buckets than asked; else ""."""
    results = str(found["OutputDataConfig"]["S3OutputPath"])
    same = results == asked["OutputDataConfig"]["S3OutputPath"] and _sources(asked) == _sources(found)
    return "" if same else results


def differences(asked: Any, found: Any, path: str = "") -> Iterator[str]:
    """Paths at which the job differs from the request; fields that AWS added are ignored."""
    if isinstance(asked, dict) and isinstance(found, dict):
        for key, value in asked.items():
            yield from differences(value, found.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(asked, list) and isinstance(found, list) and len(asked) == len(found):
        for index, (one, other) in enumerate(zip(asked, found, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif asked != found:
        yield path


def _trained(job: Mapping[str, Any]) -> dict[str, Any]:
    limits = {k: v for k, v in job["StoppingCondition"].items() if k != "MaxWaitTimeInSeconds"}
    kept = {key: value for key, value in job.items() if key not in _LEFT_OUT}
    channels = [_without_bucket(channel) for channel in _channels(job)]
    return {**kept, "StoppingCondition": limits, "InputDataConfig": channels}


def _channels(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [channel for channel in job["InputDataConfig"] if channel["ChannelName"] != "model"]


def _sources(job: Mapping[str, Any]) -> list[str]:
    return [channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in _channels(job)]


def _without_bucket(channel: dict[str, Any]) -> dict[str, Any]:
    source = channel["DataSource"]["S3DataSource"]
    return {**channel, "DataSource": {"S3DataSource": {**source, "S3Uri": key_of(source["S3Uri"])}}}


def _explained(error: ClientError, name: str) -> Exception:
    if code_of(error) not in _REFUSED:
        return error
    return RefusedError(
        f'SageMaker does not start training job "{name}": {text_of(error)}',
        fix="fix the training settings or the training role and deploy again",
    )
