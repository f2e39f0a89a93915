"""Register models. Facts: SageMaker API reference (CreateModelPackage)."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundtrain.aws.failures import code_of, text_of
from groundtrain.errors import GroundtrainError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import CreateModelPackageInputTypeDef

_REFUSED = ("ValidationException", "ResourceNotFound", "AccessDeniedException", "ResourceLimitExceeded")


class RegistryError(GroundtrainError):
    """The registry does not take the model package."""


def register(sagemaker: "SageMakerClient", package: "CreateModelPackageInputTypeDef") -> str:
    """ARN of the package; a repeated call gives the same one, the request's ClientToken sees to that.

    Raises:
        RegistryError: such as artifacts that are not there, or a group that was deleted.
    """
    try:
        return sagemaker.create_model_package(**package)["ModelPackageArn"]
    except ClientError as error:
        if code_of(error) not in _REFUSED:
            raise
        raise RegistryError(
            f"SageMaker does not register the model of {package['MetadataProperties']['GeneratedBy']}:"
            f" {text_of(error)}",
            fix="mend what it names, then send the message again",
        ) from error
