"""What SageMaker does under the training role, read off the request that starts the job.

Source: SageMaker Developer Guide, "SageMaker Roles" (CreateTrainingJob: execution role permissions), "Use
Checkpoints", "Augmented Manifest Files for Training Jobs".
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.permissions.evaluator import Need
from tests.permissions.needs import World, objects_key

_PERMITTED = ("CreateNetworkInterfacePermission", "DeleteNetworkInterfacePermission")
_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")


def needs_of_training(request: dict[str, Any], sources: Iterable[str], world: World) -> Iterator[Need]:
    """Everything the role must be allowed; `sources` are the addresses in the manifests' lines."""
    name = request["TrainingJobName"]
    channels = [channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in request["InputDataConfig"]]
    for address in (*channels, *sources):
        yield from _reads(address, world)
    output = request["OutputDataConfig"]
    yield from _writes_model(f"{output['S3OutputPath']}{name}/output/model.tar.gz", world)
    if "CheckpointConfig" in request:
        yield from _keeps_checkpoints(f"{request['CheckpointConfig']['S3Uri'].rstrip('/')}/state", world)
    yield from _encrypts(output.get("KmsKeyId"))
    yield from _joins(request.get("VpcConfig"), world)
    yield from _pulls(request["AlgorithmSpecification"]["TrainingImage"])
    yield from _reports(name, world)


def _place(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{key}"


def _reads(address: str, world: World) -> Iterator[Need]:
    bucket, thing = _place(address)
    yield Need("s3:GetObject", thing)
    yield Need("s3:ListBucket", bucket)
    yield from objects_key("kms:Decrypt", bucket, world)


def _writes_model(address: str, world: World) -> Iterator[Need]:
    bucket, thing = _place(address)
    for action in ("GetObject", "PutObject", "AbortMultipartUpload"):  # read by a later, incremental job
        yield Need(f"s3:{action}", thing)
    yield Need("s3:ListBucket", bucket)
    yield from objects_key("kms:GenerateDataKey", bucket, world)


def _keeps_checkpoints(address: str, world: World) -> Iterator[Need]:
    bucket, thing = _place(address)
    for action in ("GetObject", "PutObject", "DeleteObject"):
        yield Need(f"s3:{action}", thing)
    yield Need("s3:ListBucket", bucket)
    yield from objects_key("kms:GenerateDataKey", bucket, world)


def _encrypts(key: str | None) -> Iterator[Need]:
    for action in ("Encrypt", "GenerateDataKey", "Decrypt") if key else ():
        yield Need(f"kms:{action}", str(key))


def _joins(network: dict[str, list[str]] | None, world: World) -> Iterator[Need]:
    if network is None:
        return
    interface = world.arn("ec2", "network-interface/eni-1")
    subnets = [world.arn("ec2", f"subnet/{name}") for name in network["Subnets"]]
    groups = [world.arn("ec2", f"security-group/{name}") for name in network["SecurityGroupIds"]]
    for place in (interface, *subnets, *groups):
        yield Need("ec2:CreateNetworkInterface", place)
    for action in ("DeleteNetworkInterface", *_PERMITTED):
        yield Need(f"ec2:{action}", interface)
    for kind in ("NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups"):
        yield Need(f"ec2:Describe{kind}", "*")


def _pulls(image: str) -> Iterator[Need]:
    registry, _, repository = image.partition("/")
    account, _, _, region = registry.split(".")[:4]
    arn = f"arn:aws:ecr:{region}:{account}:repository/{repository.partition(':')[0]}"
    yield Need("ecr:GetAuthorizationToken", "*")
    yield from (Need(f"ecr:{action}", arn) for action in _PULL)


def _reports(name: str, world: World) -> Iterator[Need]:
    group = world.arn("logs", "log-group:/aws/sagemaker/TrainingJobs")
    whole, stream = f"{group}:log-stream:", f"{group}:log-stream:{name}/algo-1"
    yield from (Need(f"logs:{action}", whole) for action in ("CreateLogGroup", "DescribeLogStreams"))
    yield from (Need(f"logs:{action}", stream) for action in ("CreateLogStream", "PutLogEvents"))
    yield Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"})
