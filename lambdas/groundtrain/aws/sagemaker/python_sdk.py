"""Send a training request with the SageMaker Python SDK's `ModelTrainer`, the successor of Estimator.

The SDK takes seconds to import and hundreds of megabytes of disk, so it is imported only when a job is
started this way. Source: sagemaker 3.27.0, `sagemaker.train.ModelTrainer`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from groundtrain.errors import SettingsError

if TYPE_CHECKING:
    import boto3

# What the trainer sets itself, and this module sets back: it adds the start time to the job name.
SDK_SETS = frozenset({"TrainingJobName"})

_NO_TELEMETRY = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


def train_with_sdk(request: Mapping[str, Any], session: "boto3.Session") -> str:
    """Start the training job of a complete CreateTrainingJob request, and return its ARN.

    The job starts exactly as requested or not at all. The SDK's telemetry, default config files and role
    check (iam:SimulatePrincipalPolicy, for actions that the role does not need) are off; the only other call
    is DescribeTrainingJob. Endpoint, region and credentials are those of the session.

    Raises:
        SettingsError: the SDK is missing or too old, or its trainer cannot send this request.
        botocore.exceptions.ClientError: AWS refuses, as with boto3; ResourceInUse when the name was used.
    """
    _require_sdk()
    with _without_role_check(), _exactly(request, session):
        trainer, channels = _prepare(request, session)
        trainer.train(input_data_config=channels, wait=False, logs=False)
    return str(trainer._latest_training_job.training_job_arn)  # noqa: SLF001  # the way its docstring shows


def _require_sdk() -> None:
    try:
        import sagemaker.core.training.configs
        import sagemaker.train  # noqa: F401  # neither is in version 2
    except ModuleNotFoundError as error:
        raise SettingsError(
            "the SageMaker Python SDK 3 is not installed", fix="install sagemaker>=3.27, or start with boto3"
        ) from error


def _prepare(request: Mapping[str, Any], session: "boto3.Session") -> tuple[Any, list[Any]]:
    """The trainer and its channels; the SDK raises ValueError for fields that it does not support."""
    try:
        return _trainer(request, session), _channels(request)
    except ValueError as error:
        raise SettingsError(
            f"the SageMaker SDK's trainer does not take the request ({' '.join(str(error).split())})",
            fix="start this job with boto3",
        ) from error


def _trainer(request: Mapping[str, Any], session: "boto3.Session") -> Any:
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.train import ModelTrainer

    algorithm = request["AlgorithmSpecification"]
    trainer = ModelTrainer(
        sagemaker_session=Session(boto_session=session, sagemaker_config=_NO_TELEMETRY),
        role=request["RoleArn"],
        base_job_name=request["TrainingJobName"],
        training_image=algorithm["TrainingImage"],
        training_input_mode=algorithm["TrainingInputMode"],
        hyperparameters=dict(request.get("HyperParameters", {})),
        environment=dict(request.get("Environment", {})),
        tags=_snake(request.get("Tags", [])),
        **_configuration(request),
    )
    if "RetryStrategy" in request:
        trainer.with_retry_strategy(_shape("RetryStrategy", request))
    return trainer


def _configuration(request: Mapping[str, Any]) -> dict[str, Any]:
    """The trainer's configuration records, for the parts that the request has."""
    parts = ("StoppingCondition", "OutputDataConfig", "CheckpointConfig")
    return {
        **{_snake_name(part): _shape(part, request) for part in parts if part in request},
        "compute": _compute(request),
        "networking": _networking(request),
    }


def _compute(request: Mapping[str, Any]) -> Any:
    from sagemaker.core.training.configs import Compute

    spot = request.get("EnableManagedSpotTraining")
    return Compute(**_snake(request["ResourceConfig"]), enable_managed_spot_training=spot)


def _networking(request: Mapping[str, Any]) -> Any:
    from sagemaker.core.training.configs import Networking

    switches = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption")
    asked = {name: request[name] for name in switches if name in request}
    parts = {**request.get("VpcConfig", {}), **asked}
    return Networking(**_snake(parts)) if parts else None


def _channels(request: Mapping[str, Any]) -> list[Any]:
    """Channel records: the SDK's simpler InputData has neither record wrapper nor mode nor shuffling."""
    from sagemaker.core.shapes import Channel

    return [Channel(**_snake(channel)) for channel in request.get("InputDataConfig", [])]


def _shape(name: str, request: Mapping[str, Any]) -> Any:
    from sagemaker.core import shapes

    return getattr(shapes, name)(**_snake(request[name]))


def _snake(part: Any) -> Any:
    """The SDK's spelling of a part of the request: "S3Uri" becomes "s3_uri", at every depth."""
    if isinstance(part, Mapping):
        return {_snake_name(name): _snake(value) for name, value in part.items()}
    return [_snake(item) for item in part] if isinstance(part, list) else part


def _snake_name(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@contextmanager
def _without_role_check() -> Iterator[None]:
    """The trainer reads this switch from the environment alone."""
    switch = "SAGEMAKER_VALIDATE_ROLE"
    before = os.environ.get(switch)
    os.environ[switch] = "false"
    try:
        yield
    finally:
        os.environ.pop(switch)
        if before is not None:
            os.environ[switch] = before


@contextmanager
def _exactly(request: Mapping[str, Any], session: "boto3.Session") -> Iterator[None]:
    """Make the session's clients send exactly this request, with botocore's event hooks.

    The SDK caches clients, and clients copy the session's event handlers when they are created, so the cache
    is cleared before and after.
    """
    from sagemaker.core.utils.utils import SageMakerClient

    handlers: dict[str, Any] = {
        "provide-client-params.sagemaker.CreateTrainingJob": partial(_as_requested, request),
        "provide-client-params.sagemaker.DescribeTrainingJob": partial(_as_named, request),
    }
    SageMakerClient.reset()
    for event, handler in handlers.items():
        session.events.register(event, handler)
    try:
        yield
    finally:
        for event, handler in handlers.items():
            session.events.unregister(event, handler)
        SageMakerClient.reset()


def _as_requested(request: Mapping[str, Any], params: Mapping[str, Any], **_: object) -> dict[str, Any]:
    changes = sorted(set(find_changes(request, params)) - SDK_SETS)
    if changes:
        raise SettingsError(
            f"the SageMaker SDK's trainer does not send {', '.join(changes)} as requested",
            fix="start this job with boto3",
        )
    return {**params, **{name: request[name] for name in SDK_SETS}}


def _as_named(request: Mapping[str, Any], params: Mapping[str, Any], **_: object) -> dict[str, Any]:
    return {**params, "TrainingJobName": request["TrainingJobName"]}


def find_changes(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where two requests differ: paths such as `InputDataConfig[0].ShuffleConfig`."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from find_changes(ours.get(name), theirs.get(name), f"{path}.{name}" if path else name)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from find_changes(one, other, f"{path}[{i}]")
    elif ours != theirs:
        yield path
