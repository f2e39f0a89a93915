"""What AWS is known to refuse in a CreateTrainingJob request although its shape is right.

Sources: botocore's documentation of the members; error texts that people reported.
"""

import re

from local import emulator
from local.sagemaker.accounts import Account, Json
from local.sagemaker.errors import validation_error

GPU_ONLY = ("object-detection", "image-classification", "semantic-segmentation")
LOCAL_NVME = re.compile(r"ml\.(g4dn|g5|g6|g6e|p3dn|p4d|p4de|p5)\.")


def refuse_impossible(_account: Account, request: Json) -> None:
    """Raise what AWS would, for the first thing that cannot be.

    Raises:
        ApiError: mostly ValidationException.
    """
    for member in ("AlgorithmSpecification", "ResourceConfig", "StoppingCondition", "InputDataConfig"):
        if member not in request:
            raise validation_error(f"{member} is required for this training job")
    _refuse_instances(request)
    _refuse_spot_without_wait(request)
    for channel in request["InputDataConfig"]:
        _refuse_channel(channel, request["AlgorithmSpecification"]["TrainingInputMode"])
    if not emulator.role_trusts_sagemaker(request["RoleArn"]):
        raise validation_error(
            f"Could not assume role {request['RoleArn']}. Please ensure that the role exists and allows"
            " principal 'sagemaker.amazonaws.com' to assume the role."
        )


def _refuse_instances(request: Json) -> None:
    kind = request["ResourceConfig"].get("InstanceType", "")
    algorithm = (
        request["AlgorithmSpecification"].get("TrainingImage", "").rpartition("/")[2].partition(":")[0]
    )
    if algorithm in GPU_ONLY and not re.match(r"ml\.[gp]\d", kind):
        raise validation_error(
            f"Instance type {kind} is not supported by algorithm {algorithm};"
            " only GPU instances are supported."
        )
    if request["ResourceConfig"].get("VolumeKmsKeyId") and LOCAL_NVME.match(kind):
        raise validation_error(
            f"VolumeKmsKeyId is not supported for instance type {kind}, which has local storage."
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
    if source is None or source["S3DataType"] != "AugmentedManifestFile":
        return
    if channel.get("InputMode", default_mode) != "Pipe":
        raise validation_error(
            f"Channel {channel['ChannelName']}:"
            " AugmentedManifestFile can only be used with the Pipe input mode."
        )
    if not source.get("AttributeNames"):
        raise validation_error(f"Channel {channel['ChannelName']}: AttributeNames is missing or empty.")
