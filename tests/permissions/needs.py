"""What IAM asks for when an operation is called: the actions behind it, their ARNs and conditions.

Sources: Service Authorization Reference; S3 API reference (permissions of each operation); KMS Developer
Guide ("kms:ViaService", "kms:EncryptionContext"); SNS Developer Guide ("Key management"); SageMaker Developer
Guide ("SageMaker API permissions").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from tests.permissions.evaluator import Need

Parameters = Mapping[str, Any]


class World(Struct, frozen=True):
    """Where the calls are made; `keys` has the key that each bucket, and each topic, is encrypted with."""

    region: str
    account: str
    keys: dict[str, str] = {}

    def arn(self, service: str, name: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{name}"


class Call(Struct, frozen=True):
    """One call of an operation; `missing` says that S3 found no such object."""

    service: str
    operation: str
    parameters: dict[str, Any]
    missing: bool = False


def needs_of(call: Call, world: World) -> Iterator[Need]:
    """Everything that must be allowed for the call to be answered as it was.

    Raises:
        KeyError: nothing is known of the operation: look its permissions up and add it here.
    """
    yield from _NEEDS[call.service, call.operation](call.parameters, world)
    if call.missing:  # without it the answer is 403, and nobody knows whether the object is there
        yield Need("s3:ListBucket", _bucket(call.parameters))


def _bucket(parameters: Parameters) -> str:
    return f"arn:aws:s3:::{parameters['Bucket']}"


def _object(parameters: Parameters) -> str:
    return f"{_bucket(parameters)}/{parameters['Key']}"


def _head(parameters: Parameters, world: World) -> Iterator[Need]:
    yield Need(_read(parameters), _object(parameters))
    if "ChecksumMode" in parameters:
        yield from objects_key("kms:Decrypt", _bucket(parameters), world)


def _read(parameters: Parameters) -> str:
    return "s3:GetObjectVersion" if "VersionId" in parameters else "s3:GetObject"


def _get(parameters: Parameters, world: World) -> Iterator[Need]:
    yield Need(_read(parameters), _object(parameters))
    yield from objects_key("kms:Decrypt", _bucket(parameters), world)


def _put(parameters: Parameters, world: World) -> Iterator[Need]:
    yield Need("s3:PutObject", _object(parameters))
    yield from objects_key("kms:GenerateDataKey", _bucket(parameters), world)


def _put_part(parameters: Parameters, world: World) -> Iterator[Need]:
    yield from _put(parameters, world)
    yield from objects_key("kms:Decrypt", _bucket(parameters), world)


def _abort(parameters: Parameters, _: World) -> Iterator[Need]:
    yield Need("s3:AbortMultipartUpload", _object(parameters))


def _list_objects(parameters: Parameters, _: World) -> Iterator[Need]:
    yield Need("s3:ListBucket", _bucket(parameters), {"s3:prefix": parameters.get("Prefix", "")})


def objects_key(action: str, bucket: str, world: World) -> Iterator[Need]:
    """S3 asks KMS on the caller's behalf, with the bucket as encryption context where bucket keys are on."""
    key = world.keys.get(bucket.removeprefix("arn:aws:s3:::"))
    if key:
        via = f"s3.{world.region}.amazonaws.com"
        yield Need(action, key, {"kms:ViaService": via, "kms:EncryptionContext:aws:s3:arn": bucket})


def _publish(parameters: Parameters, world: World) -> Iterator[Need]:
    topic = parameters["TopicArn"]
    yield Need("sns:Publish", topic)
    if topic in world.keys:
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            yield Need(action, world.keys[topic], {"kms:ViaService": f"sns.{world.region}.amazonaws.com"})


def _put_events(parameters: Parameters, world: World) -> Iterator[Need]:
    for entry in parameters["Entries"]:
        bus = world.arn("events", f"event-bus/{entry.get('EventBusName', 'default')}")
        yield Need("events:PutEvents", bus, {"events:source": entry["Source"]})


def _on_queue(action: str) -> Any:
    def needs(parameters: Parameters, world: World) -> Iterator[Need]:
        yield Need(f"sqs:{action}", world.arn("sqs", parameters["QueueUrl"].rpartition("/")[2]))

    return needs


def _on_job(action: str, kind: str, key: str) -> Any:
    def needs(parameters: Parameters, world: World) -> Iterator[Need]:
        yield Need(f"sagemaker:{action}", world.arn("sagemaker", f"{kind}/{parameters[key].lower()}"))

    return needs


def _on_everything(action: str) -> Any:
    def needs(_: Parameters, __: World) -> Iterator[Need]:
        yield Need(f"sagemaker:{action}", "*")

    return needs


def _start_execution(parameters: Parameters, _: World) -> Iterator[Need]:
    yield Need("states:StartExecution", parameters["stateMachineArn"])


def _describe_execution(parameters: Parameters, _: World) -> Iterator[Need]:
    yield Need("states:DescribeExecution", parameters["executionArn"])


def _describe_model_package(parameters: Parameters, _: World) -> Iterator[Need]:
    yield Need("sagemaker:DescribeModelPackage", parameters["ModelPackageName"])


def _create_training_job(parameters: Parameters, world: World) -> Iterator[Need]:
    job = world.arn("sagemaker", f"training-job/{parameters['TrainingJobName']}")
    yield Need("sagemaker:CreateTrainingJob", job, _conditions_of_training(parameters))
    if parameters.get("Tags"):
        yield Need("sagemaker:AddTags", job, {"sagemaker:TaggingAction": "CreateTrainingJob"})
    yield Need("iam:PassRole", parameters["RoleArn"], {"iam:PassedToService": "sagemaker.amazonaws.com"})


def _conditions_of_training(parameters: Parameters) -> dict[str, Any]:
    resources, output = parameters["ResourceConfig"], parameters["OutputDataConfig"]
    values = {
        "sagemaker:InstanceTypes": [resources["InstanceType"]],
        "sagemaker:MaxRuntimeInSeconds": parameters["StoppingCondition"]["MaxRuntimeInSeconds"],
        "sagemaker:OutputKmsKey": output.get("KmsKeyId"),
        "sagemaker:VolumeKmsKey": resources.get("VolumeKmsKeyId"),
    }
    return {key: value for key, value in values.items() if value is not None}


def _create_model_package(parameters: Parameters, world: World) -> Iterator[Need]:
    group = parameters["ModelPackageGroupName"]
    status = {"sagemaker:ModelApprovalStatus": parameters["ModelApprovalStatus"]}
    for name in (f"model-package-group/{group}", f"model-package/{group}/1"):
        yield Need("sagemaker:CreateModelPackage", world.arn("sagemaker", name), status)


def _on_group(action: str) -> Any:
    def needs(parameters: Parameters, world: World) -> Iterator[Need]:
        group = world.arn("sagemaker", f"model-package-group/{parameters['ModelPackageGroupName']}")
        yield Need(f"sagemaker:{action}", group)

    return needs


_NEEDS: dict[tuple[str, str], Any] = {
    ("s3", "HeadObject"): _head,
    ("s3", "GetObject"): _get,
    ("s3", "PutObject"): _put,
    ("s3", "CreateMultipartUpload"): _put,
    ("s3", "UploadPart"): _put_part,
    ("s3", "CompleteMultipartUpload"): _put_part,
    ("s3", "AbortMultipartUpload"): _abort,
    ("s3", "ListObjectsV2"): _list_objects,
    ("sns", "Publish"): _publish,
    ("events", "PutEvents"): _put_events,
    ("sqs", "GetQueueAttributes"): _on_queue("GetQueueAttributes"),
    ("sqs", "SendMessage"): _on_queue("SendMessage"),
    ("sqs", "ChangeMessageVisibility"): _on_queue("ChangeMessageVisibility"),
    ("sagemaker", "DescribeLabelingJob"): _on_job("DescribeLabelingJob", "labeling-job", "LabelingJobName"),
    ("sagemaker", "ListLabelingJobs"): _on_everything("ListLabelingJobs"),
    ("sagemaker", "CreateTrainingJob"): _create_training_job,
    ("sagemaker", "DescribeTrainingJob"): _on_job("DescribeTrainingJob", "training-job", "TrainingJobName"),
    ("sagemaker", "ListTrainingJobs"): _on_everything("ListTrainingJobs"),
    ("sagemaker", "CreateModelPackage"): _create_model_package,
    ("sagemaker", "DescribeModelPackageGroup"): _on_group("DescribeModelPackageGroup"),
    ("sagemaker", "CreateModelPackageGroup"): _on_group("CreateModelPackageGroup"),
    ("sagemaker", "ListModelPackages"): _on_everything("ListModelPackages"),
    ("sagemaker", "DescribeModelPackage"): _describe_model_package,
    ("stepfunctions", "StartExecution"): _start_execution,
    ("stepfunctions", "DescribeExecution"): _describe_execution,
}
