"""The whole CreateTrainingJob request, from dataset and settings; nothing in it is typed by hand.

Source of the rules: SageMaker API reference (Channel, S3DataSource, ResourceConfig, StoppingCondition) and
Developer Guide "Augmented Manifest Files for Training Jobs": Pipe mode, AugmentedManifestFile and RecordIO go
together, the attribute order is the stream order, and both channels are required.
"""

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST, Dataset
from groundtrain.errors import GroundtrainError
from groundtrain.settings import Environment, Training
from groundtrain.training import object_detection
from groundtrain.training.image_uris import image_uri
from groundtrain.training.job_name import training_job_name

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import TrainingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        ChannelTypeDef,
        CreateTrainingJobRequestTypeDef,
        OutputDataConfigTypeDef,
        ResourceConfigTypeDef,
        StoppingConditionTypeDef,
        TagTypeDef,
    )


class UntrainableError(GroundtrainError):
    """No settings can train on this dataset."""

    exit_code = 1


class Place(Struct, frozen=True):
    """Where training runs and puts its results: what the stacks made.

    Attributes:
        dataset: folder of the dataset, `s3://…/` with the final slash.
        key_arn: KMS key of the results, "" for the bucket's default.
    """

    dataset: str
    models_bucket: str
    role_arn: str
    key_arn: str = ""


def build_request(
    dataset: Dataset, environment: Environment, place: Place, *, attempt: int = 0
) -> "CreateTrainingJobRequestTypeDef":
    """Build the request for the first instance type of the settings.

    There is no VolumeKmsKeyId: types with local NVMe (g4dn, g5) refuse it, their disks are encrypted anyway.

    Raises:
        UntrainableError: a split is empty or there is no class.
        SettingsError: settings that cannot work.
    """
    _refuse_empty(dataset)
    training = environment.training
    name = training_job_name(environment, dataset.labeling_job, dataset.dataset_id, attempt)
    request: CreateTrainingJobRequestTypeDef = {
        "TrainingJobName": name,
        "RoleArn": place.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": image_uri(training.algorithm, environment.region),
            "TrainingInputMode": "Pipe",
        },
        "HyperParameters": object_detection.hyperparameters(dataset, training),
        "InputDataConfig": _channels(dataset, place, training),
        "OutputDataConfig": _output(place),
        "ResourceConfig": _machines(training),
        "StoppingCondition": _limits(training),
        "EnableManagedSpotTraining": training.spot,
        "Tags": _tags(dataset, environment, place),
    }
    if training.spot:
        request["CheckpointConfig"] = {"S3Uri": f"s3://{place.models_bucket}/checkpoints/{name}/"}
    return request


def _refuse_empty(dataset: Dataset) -> None:
    if not (dataset.train.records and dataset.validation.records and dataset.classes):
        raise UntrainableError(
            f"dataset {dataset.dataset_id} has {dataset.train.records} training records,"
            f" {dataset.validation.records} validation records and {len(dataset.classes)} classes",
            fix="training needs at least one of each; label more, or see its rejected.jsonl",
        )


def _channels(dataset: Dataset, place: Place, training: Training) -> "list[ChannelTypeDef]":
    train = _channel("train", f"{place.dataset}{TRAIN_MANIFEST}", dataset.attributes)
    train["ShuffleConfig"] = {"Seed": training.shuffle_seed}
    return [train, _channel("validation", f"{place.dataset}{VALIDATION_MANIFEST}", dataset.attributes)]


def _channel(name: str, manifest: str, attributes: tuple[str, ...]) -> "ChannelTypeDef":
    return {
        "ChannelName": name,
        "InputMode": "Pipe",
        "ContentType": object_detection.CONTENT_TYPE,
        "RecordWrapperType": "RecordIO",
        "CompressionType": "None",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": manifest,
                "S3DataDistributionType": "FullyReplicated",
                "AttributeNames": list(attributes),
            }
        },
    }


def _output(place: Place) -> "OutputDataConfigTypeDef":
    output: OutputDataConfigTypeDef = {"S3OutputPath": f"s3://{place.models_bucket}/training/"}
    if place.key_arn:
        output["KmsKeyId"] = place.key_arn
    return output


def _machines(training: Training) -> "ResourceConfigTypeDef":
    return {
        "InstanceType": cast("TrainingInstanceTypeType", training.instance_types[0]),
        "InstanceCount": training.instance_count,
        "VolumeSizeInGB": training.volume_gb,
    }


def _limits(training: Training) -> "StoppingConditionTypeDef":
    """MaxWaitTime belongs to spot alone: without spot SageMaker refuses it."""
    limits: StoppingConditionTypeDef = {"MaxRuntimeInSeconds": int(training.max_runtime)}
    if training.spot:
        limits["MaxWaitTimeInSeconds"] = int(training.max_wait)
    return limits


def _tags(dataset: Dataset, environment: Environment, place: Place) -> "list[TagTypeDef]":
    """The way back from a training job to what it was made from."""
    tags = {
        "groundtrain:environment": environment.name,
        "groundtrain:labeling-job": dataset.labeling_job,
        "groundtrain:dataset": place.dataset,
    }
    return [{"Key": key, "Value": value} for key, value in tags.items() if value]
