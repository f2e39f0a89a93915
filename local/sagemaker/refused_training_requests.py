"""Refuse CreateTrainingJob requests that AWS is known to refuse, although their shape is valid.

Sources: botocore's documentation of the members; reported error texts.
"""

import re

from local import ministack_internals
from local.sagemaker.accounts import Account, Json
from local.sagemaker.algorithms import algorithm_of, name_of
from local.sagemaker.api_errors import validation_error

WITHOUT_CHECKPOINTS = 3600
"""Seconds that a spot job may wait at most, when its algorithm would begin anew after an interruption."""

LOCAL_NVME = re.compile(r"ml\.(g4dn|g5|g6|g6e|p3dn|p4d|p4de|p5)\.")


def refuse_impossible(_account: Account, request: Json) -> None:
    """Raise the error of AWS for the first impossible setting.

    Raises:
        ApiError: mostly ValidationException.
    """
    for member in ("AlgorithmSpecification", "ResourceConfig", "StoppingCondition", "InputDataConfig"):
        if member not in request:
            raise validation_error(f"{member} is required for this training job")
    _refuse_instances(request)
    _refuse_for_algorithm(request)
    _refuse_spot_without_wait(request)
    for channel in request["InputDataConfig"]:
        _refuse_channel(channel, request["AlgorithmSpecification"]["TrainingInputMode"])
    if not ministack_internals.role_trusts(request["RoleArn"], "sagemaker.amazonaws.com"):
        raise validation_error(
            f"Could not assume role {request['RoleArn']}. Please ensure that the role exists and allows"
            " principal 'sagemaker.amazonaws.com' to assume the role."
        )


def _refuse_instances(request: Json) -> None:
    kind = request["ResourceConfig"].get("InstanceType", "")
    if request["ResourceConfig"].get("VolumeKmsKeyId") and LOCAL_NVME.match(kind):
        raise validation_error(
            f"VolumeKmsKeyId is not supported for instance type {kind}, which has local storage."
        )


def _refuse_for_algorithm(request: Json) -> None:
    """Known of SageMaker: the text about GPUs. The others follow the algorithms' pages."""
    algorithm, name = algorithm_of(request), name_of(request)
    if algorithm is None:
        return
    kind, machines = request["ResourceConfig"].get("InstanceType", ""), request["ResourceConfig"]
    has_gpu = re.match(r"ml\.[gp]\d", kind) is not None
    if has_gpu != (algorithm.runs_on == "gpu"):
        raise validation_error(
            f"Instance type {kind} is not supported by algorithm {name};"
            f" only {algorithm.runs_on.upper()} instances are supported."
        )
    if algorithm.single_instance and machines.get("InstanceCount", 1) > 1:
        raise validation_error(
            f"Algorithm {name} does not support distributed training with Pipe input: InstanceCount must be 1"
        )
    wait = request["StoppingCondition"].get("MaxWaitTimeInSeconds", 0)
    if wait > WITHOUT_CHECKPOINTS and not algorithm.checkpoints:
        raise validation_error(
            f"Invalid MaxWaitTimeInSeconds: algorithm {name} does not support checkpoints,"
            f" so that it must be at most {WITHOUT_CHECKPOINTS}"
        )


def _refuse_spot_without_wait(request: Json) -> None:
    limits = request["StoppingCondition"]
    wait, run = limits.get("MaxWaitTimeInSeconds"), limits.get("MaxRuntimeInSeconds", 86400)
    spot = request.get("EnableManagedSpotTraining", False)
    if spot and (wait is None or wait < run):
        raise validation_error(
            "Invalid MaxWaitTimeInSeconds."
            " It must be present and be greater than or equal to MaxRuntimeInSeconds"
        )
    if wait is not None and not spot:
        raise validation_error(
            "MaxWaitTimeInSeconds above 0 is not supported when EnableManagedSpotTraining is false"
        )


def _refuse_channel(channel: Json, default_mode: str) -> None:
    source = channel["DataSource"].get("S3DataSource")
    if channel["ChannelName"] == "model" and channel.get("InputMode", default_mode) != "File":
        raise validation_error("Channel model: only the File input mode is supported.")
    if source is None or source["S3DataType"] != "AugmentedManifestFile":
        return
    if channel.get("InputMode", default_mode) != "Pipe":
        raise validation_error(
            f"Channel {channel['ChannelName']}:"
            " AugmentedManifestFile can only be used with the Pipe input mode."
        )
    if not source.get("AttributeNames"):
        raise validation_error(f"Channel {channel['ChannelName']}: AttributeNames is missing or empty.")
