"""Register models, and find the last one. Source: SageMaker API reference (CreateModelPackage and others)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of, is_missing, text_of
from groundtrain.errors import GroundtrainError
from groundtrain.training.results.model_package import description_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import CreateModelPackageInputTypeDef

_REFUSED = ("ValidationException", "ResourceNotFound", "AccessDeniedException", "ResourceLimitExceeded")


class RegistryError(GroundtrainError):
    """The model registry refuses the model package."""


class Registered(Struct, frozen=True):
    """A registered model: its artifacts and image, the job that trained it, and the folder of its dataset."""

    arn: str
    artifacts: str
    image: str
    training_job_arn: str
    dataset: str


def register(sagemaker: "SageMakerClient", package: "CreateModelPackageInputTypeDef") -> str:
    """Create the package, and return its ARN; the request's ClientToken makes repeated calls return the same.

    Its group is made with the first package. CloudFormation could not: it cannot take over a group that
    outlived its stack, as groups with models must (its primary identifier is read-only).

    Raises:
        RegistryError: SageMaker refuses it, for example because the artifacts do not exist.
    """
    try:
        _make_group(sagemaker, package["ModelPackageGroupName"])
        return sagemaker.create_model_package(**package)["ModelPackageArn"]
    except ClientError as error:
        if code_of(error) not in _REFUSED:
            raise
        raise RegistryError(
            f"SageMaker does not register the model of {package['MetadataProperties']['GeneratedBy']}:"
            f" {text_of(error)}",
            fix="fix what it names, then send the message again",
        ) from error


def find_registered(sagemaker: "SageMakerClient", group: str) -> Iterator[Registered]:
    """The models that groundtrain registered and nobody rejected, the newest first.

    None where there is no group yet.
    """
    for arn in _newest_first(sagemaker, group):
        package = sagemaker.describe_model_package(ModelPackageName=arn)
        dataset = package.get("CustomerMetadataProperties", {}).get("dataset", "")
        trained_by = package.get("MetadataProperties", {}).get("GeneratedBy", "")
        containers = package.get("InferenceSpecification", {}).get("Containers", [])
        if dataset and trained_by and containers and package["ModelApprovalStatus"] != "Rejected":
            model = containers[0]
            yield Registered(arn, model.get("ModelDataUrl", ""), model.get("Image", ""), trained_by, dataset)


def _make_group(sagemaker: "SageMakerClient", name: str) -> None:
    """Make the group unless it exists.

    How AWS refuses a name that is taken is not in its model, so the group is looked up instead.
    """
    if _group_exists(sagemaker, name):
        return
    try:
        sagemaker.create_model_package_group(
            ModelPackageGroupName=name, ModelPackageGroupDescription=description_of(name)
        )
    except ClientError:
        if not _group_exists(sagemaker, name):  # or another worker has just made it
            raise


def _group_exists(sagemaker: "SageMakerClient", name: str) -> bool:
    try:
        sagemaker.describe_model_package_group(ModelPackageGroupName=name)
    except ClientError as error:
        if not is_missing(error):
            raise
        return False
    return True


def _newest_first(sagemaker: "SageMakerClient", group: str) -> Iterator[str]:
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending"
    )
    try:
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                yield summary["ModelPackageArn"]
    except ClientError as error:
        if not is_missing(error):
            raise
