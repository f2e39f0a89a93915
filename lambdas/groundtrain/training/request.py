"""Build the CreateTrainingJob request from dataset and settings.

Sources: SageMaker API reference (Channel, S3DataSource, ResourceConfig, StoppingCondition) and Developer
Guide, "Augmented Manifest Files for Training Jobs": AugmentedManifestFile requires Pipe mode and RecordIO,
the order of attributes is the stream order, and both channels are required.
"""

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.dataset.description import TRAIN_MANIFEST, VALIDATION_MANIFEST, Dataset
from groundtrain.errors import GroundtrainError, SettingsError
from groundtrain.rules import RULES
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.image_uris import image_uri
from groundtrain.training.job_name import training_job_name
from groundtrain.training.plan import Plan, plan_for
from groundtrain.training.plan_checks import find_plan_problems

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import TrainingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        AlgorithmSpecificationTypeDef,
        ChannelTypeDef,
        CreateTrainingJobRequestTypeDef,
        OutputDataConfigTypeDef,
        ResourceConfigTypeDef,
        StoppingConditionTypeDef,
        TagTypeDef,
    )


class UntrainableError(GroundtrainError):
    """No training settings work for this dataset."""

    exit_code = 1


class BucketsAndRole(Struct, frozen=True):
    """What a training job uses: the dataset's folder, and the bucket, role and key that the stacks created.

    Attributes:
        dataset_folder: its key ends in "/".
        key_arn: KMS key of the results, "" for the bucket's default.
    """

    dataset_folder: S3Address
    models_bucket: str
    role_arn: str
    key_arn: str = ""


def build_request(
    plan: Plan,
    dataset: Dataset,
    buckets: BucketsAndRole,
    *,
    attempt: int = 0,
    previous: str = "",
    on_demand: bool = False,
    go_on_from: int | None = None,
) -> "CreateTrainingJobRequestTypeDef":
    """Build the request for the first instance type of the plan.

    Args:
        plan: the algorithm and its settings.
        dataset: the dataset to train on.
        buckets: folder, bucket, role and key.
        attempt: 0; a higher number trains the same again under another name.
        previous: address of the model.tar.gz to start from, "" for none.
        on_demand: take no spot machines, although the settings say so.
        go_on_from: the attempt whose checkpoints to go on from, None for none.

    Raises:
        UntrainableError: a split is empty, or there is no class.
    """
    _refuse_empty(dataset)
    environment, name = plan.environment, training_job_name(plan, dataset, attempt)
    training = replace(plan.training, spot=False) if on_demand else plan.training
    request: CreateTrainingJobRequestTypeDef = {
        "TrainingJobName": name,
        "RoleArn": buckets.role_arn,
        "AlgorithmSpecification": _algorithm(plan, environment.region),
        "HyperParameters": {**plan.chosen, **plan.algorithm.derive(dataset, plan.chosen)},
        "InputDataConfig": _channels(dataset, buckets.dataset_folder, plan, previous),
        "OutputDataConfig": _output(buckets),
        "ResourceConfig": _machines(training),
        "StoppingCondition": _limits(training),
        "EnableManagedSpotTraining": bool(training.spot),
        "Tags": _tags(dataset, environment, buckets),
    }
    checkpoints: dict[str, Any] = {}
    if plan.algorithm.checkpoints and (training.spot or go_on_from is not None):
        writer = name if go_on_from is None else training_job_name(plan, dataset, go_on_from)
        checkpoints = _checkpoints(buckets, writer)
    optional = {**checkpoints, **_network(training), **_further(training)}
    return cast("CreateTrainingJobRequestTypeDef", {**request, **optional})


def plan_training(dataset: Dataset, environment: Environment) -> Plan:
    """The plan for a dataset, after checking that it can work.

    Raises:
        UntrainableError: no algorithm learns from such labels.
        SettingsError: settings that cannot work.
    """
    plan = plan_for(environment, dataset.type)
    if plan is None:
        raise UntrainableError(
            f"no algorithm of SageMaker's that reads manifests learns from {dataset.type}",
            fix=RULES["GT508"].fix,
        )
    for found in find_plan_problems(plan):
        if found.is_error:
            raise SettingsError(f"{found.path}: {found.message} ({found.code})", fix=found.advice)
    return plan


def _refuse_empty(dataset: Dataset) -> None:
    if not (dataset.train.records and dataset.validation.records and dataset.classes):
        raise UntrainableError(
            f"dataset {dataset.dataset_id} has {dataset.train.records} training records,"
            f" {dataset.validation.records} validation records and {len(dataset.classes)} classes",
            fix="training needs one of each at least; label more, or see by groundtrain check what is wrong",
        )


def _algorithm(plan: Plan, region: str) -> "AlgorithmSpecificationTypeDef":
    """Image, input mode and metrics; built-in algorithms define their metrics themselves."""
    specification: AlgorithmSpecificationTypeDef = {
        "TrainingImage": plan.training.image_uri or image_uri(plan.algorithm.name, region),
        "TrainingInputMode": "Pipe",
    }
    if metrics := (plan.training.metrics or plan.algorithm.metrics).items():
        specification["MetricDefinitions"] = [{"Name": name, "Regex": regex} for name, regex in metrics]
    return specification


def _channels(dataset: Dataset, folder: S3Address, plan: Plan, previous: str) -> "list[ChannelTypeDef]":
    content_type = plan.algorithm.content_type(dataset.type)
    train = _channel("train", folder.beside(TRAIN_MANIFEST), dataset.attributes, content_type)
    train["ShuffleConfig"] = {"Seed": plan.training.shuffle_seed}
    validation = _channel("validation", folder.beside(VALIDATION_MANIFEST), dataset.attributes, content_type)
    return [train, validation, *([_model_channel(previous)] if previous else [])]


def _channel(
    name: str, manifest: S3Address, attributes: tuple[str, ...], content_type: str
) -> "ChannelTypeDef":
    return {
        "ChannelName": name,
        "InputMode": "Pipe",
        "ContentType": content_type,
        "RecordWrapperType": "RecordIO",
        "CompressionType": "None",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": str(manifest),
                "S3DataDistributionType": "FullyReplicated",
                "AttributeNames": list(attributes),
            }
        },
    }


def _model_channel(artifacts: str) -> "ChannelTypeDef":
    """Always in File mode (Developer Guide, "Use Incremental Training in Amazon SageMaker")."""
    return {
        "ChannelName": "model",
        "InputMode": "File",
        "ContentType": "application/x-sagemaker-model",
        "CompressionType": "None",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": artifacts,
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }


def _output(buckets: BucketsAndRole) -> "OutputDataConfigTypeDef":
    output: OutputDataConfigTypeDef = {"S3OutputPath": str(S3Address(buckets.models_bucket, "training/"))}
    if buckets.key_arn:
        output["KmsKeyId"] = buckets.key_arn
    return output


def _machines(training: Training) -> "ResourceConfigTypeDef":
    machines: ResourceConfigTypeDef = {
        "InstanceType": cast("TrainingInstanceTypeType", training.instance_types[0]),
        "InstanceCount": training.instance_count,
        "VolumeSizeInGB": training.volume_gb,
    }
    if training.volume_key_arn:
        machines["VolumeKmsKeyId"] = training.volume_key_arn
    return machines


def _limits(training: Training) -> "StoppingConditionTypeDef":
    """MaxWaitTime belongs to spot alone: without spot SageMaker refuses it."""
    limits: StoppingConditionTypeDef = {"MaxRuntimeInSeconds": int(training.max_runtime)}
    if training.spot:
        limits["MaxWaitTimeInSeconds"] = int(training.max_wait)
    return limits


def _checkpoints(buckets: BucketsAndRole, job: str) -> dict[str, Any]:
    """For spot, where an interrupted job resumes from them, and for whoever goes on from a job's."""
    folder = S3Address(buckets.models_bucket, f"checkpoints/{job}/")
    return {"CheckpointConfig": {"S3Uri": str(folder)}}


def _network(training: Training) -> dict[str, Any]:
    """VPC and isolation; that the built-in algorithms read pipes in isolation is not confirmed (C25)."""
    network = training.network
    found: dict[str, Any] = {}
    if network.subnets:
        found["VpcConfig"] = {
            "Subnets": list(network.subnets),
            "SecurityGroupIds": list(network.security_groups),
        }
    if network.isolated:
        found["EnableNetworkIsolation"] = True
    if network.encrypted:
        found["EnableInterContainerTrafficEncryption"] = True
    return found


def _further(training: Training) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if training.retry_attempts:
        found["RetryStrategy"] = {"MaximumRetryAttempts": training.retry_attempts}
    if training.experiment:
        found["ExperimentConfig"] = {"ExperimentName": training.experiment}
    return found


def _tags(dataset: Dataset, environment: Environment, buckets: BucketsAndRole) -> "list[TagTypeDef]":
    """Tags that lead from a training job back to its dataset, and the tags of the settings."""
    tags = {
        **environment.tags,
        **environment.training.tags,
        "groundtrain:environment": environment.name,
        f"groundtrain:{'upload' if dataset.is_of_upload else 'labeling-job'}": dataset.labeling_job,
        "groundtrain:dataset": str(buckets.dataset_folder),
    }
    return [{"Key": key, "Value": value} for key, value in tags.items() if value]
