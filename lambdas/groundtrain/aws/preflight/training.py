"""What training and labeling need to be there: images, experiments, jobs of before."""

from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import code_of, is_missing
from groundtrain.aws.preflight.services import Services
from groundtrain.aws.sagemaker.training_jobs import list_jobs

_NO_IMAGE = ("RepositoryNotFoundException", "ImageNotFoundException")


def image_exists(services: Services, uri: str) -> bool:
    """Whether ECR has the image `ACCOUNT.dkr.ecr.REGION.SUFFIX/NAME:TAG`, or `…@sha256:…`."""
    registry, _, rest = uri.partition("/")
    account, region = registry.split(".")[0], registry.split(".")[3]
    name, _, digest = rest.partition("@")
    repository, _, tag = name.partition(":")
    image = {"imageDigest": digest} if digest else {"imageTag": tag or "latest"}
    try:
        services("ecr", region).describe_images(
            registryId=account, repositoryName=repository, imageIds=[image]
        )
    except ClientError as error:
        if code_of(error) not in _NO_IMAGE:
            raise
        return False
    return True


def experiment_exists(services: Services, name: str) -> bool:
    """Whether there is a SageMaker experiment of that name."""
    try:
        services("sagemaker").describe_experiment(ExperimentName=name)
    except ClientError as error:
        if not is_missing(error):
            raise
        return False
    return True


def has_labeling_jobs(services: Services) -> bool:
    """Whether a labeling job was ever made in this account and region."""
    return bool(services("sagemaker").list_labeling_jobs(MaxResults=1)["LabelingJobSummaryList"])


def earlier_training_job(services: Services, prefix: str) -> str:
    """Name of a training job that begins so, "" where there is none."""
    return next((job.name for job in list_jobs(services("sagemaker"), prefix)), "")


def description_of_group(services: Services, group: str) -> str | None:
    """Description of a model package group; None where there is no group."""
    try:
        answer = services("sagemaker").describe_model_package_group(ModelPackageGroupName=group)
    except ClientError as error:
        if not is_missing(error):
            raise
        return None
    return str(answer.get("ModelPackageGroupDescription", ""))
