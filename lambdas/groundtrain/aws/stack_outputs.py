"""Resources of a deployed environment, read from the outputs of its stacks."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of, text_of
from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import stack_name
from groundtrain.shell_commands import shell_command

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class NotDeployedError(GroundtrainError):
    """The environment's stacks do not exist, or are of an older version."""


class Deployed(Struct, frozen=True):
    """Where an environment keeps datasets and models, and the role of its training jobs."""

    datasets_bucket: str
    models_bucket: str
    training_role_arn: str
    models_key_arn: str


def find_deployed(cloudformation: "CloudFormationClient", environment: str) -> Deployed:
    """Read the outputs of the environment's stacks.

    Raises:
        NotDeployedError: a stack is missing, or older than this version.
    """
    fix = "deploy the environment, or say --role, --models and --datasets"
    storage = outputs_of(cloudformation, stack_name(environment, "storage"), fix)
    pipeline = outputs_of(cloudformation, stack_name(environment, "pipeline"), fix)
    try:
        return Deployed(
            storage["DatasetsBucketName"],
            storage["ModelsBucketName"],
            pipeline["TrainingRoleArn"],
            storage["KeyArn"],
        )
    except KeyError as error:
        raise NotDeployedError(
            f'the stacks of environment "{environment}" do not tell their {error.args[0]}',
            fix=f"deploy them again: {shell_command('make', 'deploy', f'ENV={environment}')}",
        ) from error


class BucketsOfStack(Struct, frozen=True):
    """Buckets that an environment's stack made; `labeling` is "" where the settings leave it unused."""

    datasets: str
    labeling: str


def find_buckets(cloudformation: "CloudFormationClient", environment: str) -> BucketsOfStack:
    """Read the outputs of the stack that keeps buckets.

    Raises:
        NotDeployedError: the stack is missing, or older than this version.
    """
    deploy = shell_command("make", "deploy", f"ENV={environment}")
    storage = outputs_of(
        cloudformation, stack_name(environment, "storage"), f"deploy the environment: {deploy}"
    )
    if "DatasetsBucketName" not in storage:
        raise NotDeployedError(
            f'the stacks of environment "{environment}" do not tell their DatasetsBucketName',
            fix=f"deploy them again: {deploy}",
        )
    return BucketsOfStack(storage["DatasetsBucketName"], storage.get("LabelingBucketName", ""))


class Output(Struct, frozen=True):
    """One output of a stack: a value, and what it is for; outputs for other stacks have no purpose."""

    name: str
    value: str
    purpose: str


def outputs_of(cloudformation: "CloudFormationClient", stack: str, fix: str) -> dict[str, str]:
    """The values of a stack's outputs, by name.

    Raises:
        NotDeployedError: there is no such stack.
    """
    return {output.name: output.value for output in read_outputs(cloudformation, stack, fix)}


def read_outputs(cloudformation: "CloudFormationClient", stack: str, fix: str) -> list[Output]:
    """The outputs of a stack; `fix` is what to do when the stack does not exist.

    Raises:
        NotDeployedError: there is no such stack.
    """
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        raise NotDeployedError(
            f"there is no stack {stack} in this account and region ({text_of(error)})",
            fix=fix,
        ) from error
    return [
        Output(output["OutputKey"], output["OutputValue"], output.get("Description", ""))
        for output in found.get("Outputs", [])
    ]
