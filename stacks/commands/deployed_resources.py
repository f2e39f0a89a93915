"""What an environment's stacks consist of, and which of it stays when they are deleted."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of
from groundtrain.aws.sagemaker.training_jobs import list_jobs
from groundtrain.settings.environment import STACKS, Environment, stack_name
from groundtrain.training.job_name import environment_prefix

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef
    from mypy_boto3_sagemaker.literals import TrainingJobStatusType

_STAY = {"Retain", "RetainExceptOnCreate"}
_UNDER_WAY: tuple["TrainingJobStatusType", ...] = ("InProgress", "Stopping")  # a stopping job still uploads


class Resource(Struct, frozen=True):
    """One resource of a stack.

    Attributes:
        name: such as a bucket's name, a key's id; "" where none was made.
        stays: whether the stack that is deployed keeps it when it is deleted, whatever the settings say now.
    """

    stack: str
    kind: str
    name: str
    stays: bool


class Deployed(Struct, frozen=True):
    """An environment as it is deployed.

    Attributes:
        not_empty: buckets that would be deleted, and have something in them: their deletion fails.
        running: names of its training jobs that are in progress or stopping.
    """

    account: str
    resources: tuple[Resource, ...]
    not_empty: tuple[str, ...]
    running: tuple[str, ...]

    def buckets(self, *, stay: bool) -> list[str]:
        """Names of the buckets that stay, or of those that go."""
        return [it.name for it in self.resources if it.kind == "AWS::S3::Bucket" and it.stays == stay]


def find_deployed(environment: Environment) -> Deployed:
    """What is there of the environment's stacks; no resource where nothing is deployed."""
    region = environment.region
    cloudformation = boto3.client("cloudformation", region_name=region)
    names = [stack_name(environment.name, stack) for stack in STACKS]
    found = tuple(resource for name in names for resource in _resources(cloudformation, name))
    leaving = [it.name for it in found if it.kind == "AWS::S3::Bucket" and it.name and not it.stays]
    return Deployed(
        boto3.client("sts", region_name=region).get_caller_identity()["Account"],
        found,
        tuple(bucket for bucket in leaving if _holds_something(bucket, region)),
        tuple(dict.fromkeys(_running(environment))) if found else (),
    )


def _resources(cloudformation: "CloudFormationClient", stack: str) -> Iterator[Resource]:
    try:
        template = cloudformation.get_template(StackName=stack)["TemplateBody"]
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        return
    policies = _deletion_policies(template)
    for found in list_resources(cloudformation, stack):
        policy = policies.get(found["LogicalResourceId"], "")
        name = found.get("PhysicalResourceId", "")
        yield Resource(stack, found["ResourceType"], name, policy in _STAY)


def list_resources(
    cloudformation: "CloudFormationClient", stack: str
) -> "Iterator[StackResourceSummaryTypeDef]":
    """What CloudFormation lists of a stack, without what it has deleted; some may have no name yet."""
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for found in page["StackResourceSummaries"]:
            if found["ResourceStatus"] != "DELETE_COMPLETE":
                yield found


def _deletion_policies(template: Any) -> dict[str, str]:
    """By logical id; a template is given as text, or as what JSON text means."""
    document = json.loads(template) if isinstance(template, str) else template
    return {name: it.get("DeletionPolicy", "") for name, it in document["Resources"].items()}


def _holds_something(bucket: str, region: str) -> bool:
    """Whether there is an object, a version or a marker in it: S3 deletes no such bucket.

    One that was deleted by hand holds nothing, and CloudFormation takes it for deleted.
    """
    try:
        found = boto3.client("s3", region_name=region).list_object_versions(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
        return False
    return bool(found.get("Versions") or found.get("DeleteMarkers"))


def _running(environment: Environment) -> Iterator[str]:
    prefix = environment_prefix(environment)
    sagemaker = boto3.client("sagemaker", region_name=environment.region)
    for status in _UNDER_WAY:
        yield from (job.name for job in list_jobs(sagemaker, prefix, StatusEquals=status))
