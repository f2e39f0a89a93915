"""Remove everything that an acceptance run has made, and say what could not be removed.

It needs neither the CDK nor a synthesized app, and takes only what has the tag or the names of the run.
Sources: CloudFormation API (DeleteStack), KMS API (ScheduleKeyDeletion: 7 days at least), SageMaker API.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.aws.aws_errors import code_of, is_denied, is_missing, refusal
from groundtrain.aws.preflight.services import Services
from groundtrain.aws.sagemaker.training_jobs import list_jobs
from groundtrain.errors import GroundtrainError
from groundtrain.training.results.model_package import description_of
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import NAME, STACK_NAMES, TAG
from stacks.acceptance.step import Outcome
from stacks.acceptance.subscriptions import stop_listening
from stacks.acceptance.waiting import eventually
from stacks.commands.deployed_resources import list_resources
from stacks.commands.emptied_bucket import empty_bucket

GROUP = f"groundtrain-{NAME}"
_JOBS = f"groundtrain-{NAME}-"
_TRAINED = re.compile(rf"Trained by {_JOBS}(texts|images)-[0-9a-f]{{6}}-")
_ELSEWHERE = "use another account or region"
_DAYS = 7  # the shortest that KMS takes
_PATIENCE = 15 * 60  # seconds, for a stack


class LeftoverError(GroundtrainError):
    """Something that could not be removed."""


def tear_down(run: AcceptanceRun) -> Outcome:
    """Remove everything, one thing after the other; the faults are what could not be removed.

    All of it is tried twice: a bucket of access logs gets a log late, and a job that stops is still writing.
    """
    parts = (_stop_jobs, _stop_listening, delete_models, empty_buckets, _delete_stacks, _forget_keys)
    faults = [fault for part in parts for fault in _refusals(part, run)]
    if faults:
        faults = [fault for part in parts for fault in _refusals(part, run)]
    if faults:
        faults.append(f"to remove it later: make acceptance REGION={run.region} TEARDOWN=yes")
    return Outcome(len(parts), tuple(faults))


def refuse_what_others_have(services: Services) -> None:
    """Refuse where stacks or models of this name were not made by an acceptance run.

    Raises:
        LeftoverError
    """
    list(our_stacks(services))
    _packages(services("sagemaker"))


def _refusals(part: Callable[[AcceptanceRun], Iterator[str]], run: AcceptanceRun) -> Iterator[str]:
    """Whatever keeps a part from being removed, the others are removed."""
    try:
        list(part(run))
    except (BotoCoreError, ClientError) as error:
        yield str(refusal(error) or error)
    except Exception as error:  # noqa: BLE001  the others must go
        yield str(error)


def _stop_jobs(run: AcceptanceRun) -> Iterator[str]:
    """Training and labeling jobs under way; a stopping one still needs its role."""
    sagemaker = run.services("sagemaker")
    for job in list_jobs(sagemaker, _JOBS, StatusEquals="InProgress"):
        sagemaker.stop_training_job(TrainingJobName=job.name)
        yield job.name
    for name in _labeling_jobs(sagemaker):
        sagemaker.stop_labeling_job(LabelingJobName=name)
        yield name
    eventually(lambda: not [*list_jobs(sagemaker, _JOBS, StatusEquals="Stopping")], _PATIENCE, run.pause)


def _labeling_jobs(sagemaker: Any) -> Iterator[str]:
    """Those under way; none where the account may not list them, as it can have made none."""
    for status in ("Initializing", "InProgress"):
        try:
            listed = sagemaker.list_labeling_jobs(NameContains=_JOBS, StatusEquals=status)
        except ClientError as error:
            if not is_denied(error):
                raise
            return
        names = [job["LabelingJobName"] for job in listed["LabelingJobSummaryList"]]
        yield from (name for name in names if name.lower().startswith(_JOBS))  # it may hold ours within


def _stop_listening(run: AcceptanceRun) -> Iterator[str]:
    return stop_listening(run.services)


def delete_models(run: AcceptanceRun) -> Iterator[str]:
    """The model packages, then their group; one that the acceptance run did not make is left alone."""
    sagemaker = run.services("sagemaker")
    packages = _packages(sagemaker)
    if packages is None:
        return
    for package in packages:
        sagemaker.delete_model_package(ModelPackageName=package)
        yield package
    sagemaker.delete_model_package_group(ModelPackageGroupName=GROUP)
    yield GROUP


def _packages(sagemaker: Any) -> list[str] | None:
    """The packages in the group, None where there is no group.

    Raises:
        LeftoverError: the group, or one of them, is somebody else's: an environment of this name, which was
            destroyed, leaves its models.
    """
    try:
        group = sagemaker.describe_model_package_group(ModelPackageGroupName=GROUP)
    except ClientError as error:
        if not is_missing(error):
            raise
        return None
    if group.get("ModelPackageGroupDescription") != description_of(GROUP):
        raise LeftoverError(f"model package group {GROUP} is somebody else's", fix="give it another name")
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
    found = [one for page in pages for one in page["ModelPackageSummaryList"]]
    for package in found:
        if not _TRAINED.match(package.get("ModelPackageDescription", "")):
            raise LeftoverError(
                f"{package['ModelPackageArn']} was not made by make acceptance", fix=_ELSEWHERE
            )
    return [package["ModelPackageArn"] for package in found]


def empty_buckets(run: AcceptanceRun) -> Iterator[str]:
    """Every version in each bucket of the stacks; that of access logs last, as the others write into it."""
    buckets = [it for stack in our_stacks(run.services) for it in _buckets(run.services, stack)]
    for bucket in sorted(buckets, key=lambda name: "accesslogs" in name):
        try:
            empty_bucket(run.services("s3"), bucket)
        except ClientError as error:
            if code_of(error) != "NoSuchBucket":
                raise
        yield bucket


def _buckets(services: Services, stack: str) -> Iterator[str]:
    for found in list_resources(services("cloudformation"), stack):
        if found["ResourceType"] == "AWS::S3::Bucket" and found.get("PhysicalResourceId"):
            yield found["PhysicalResourceId"]


def our_stacks(services: Services) -> Iterator[str]:
    """The stacks of the run that are there, the last deployed first.

    Raises:
        LeftoverError: one has the name and not the tag.
    """
    for name in reversed(STACK_NAMES):
        stack = _described(services, name)
        if stack is None:
            continue
        if TAG not in {tag["Key"] for tag in stack.get("Tags", [])}:
            if stack["StackStatus"] == "REVIEW_IN_PROGRESS":  # begun, and never made
                continue
            raise LeftoverError(
                f"stack {name} is there, and was not made by make acceptance: it has no tag {TAG}",
                fix=_ELSEWHERE,
            )
        yield name


def _described(services: Services, name: str) -> dict[str, Any] | None:
    try:
        return dict(services("cloudformation").describe_stacks(StackName=name)["Stacks"][0])
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        return None


def _delete_stacks(run: AcceptanceRun) -> Iterator[str]:
    for name in our_stacks(run.services):
        _wait_while(run, name, r"UPDATE_.*IN_PROGRESS")  # CloudFormation deletes no such stack
        run.services("cloudformation").delete_stack(StackName=name)
        _wait_while(run, name, r"(?!DELETE_FAILED).*")
        if stack := _described(run.services, name):
            raise LeftoverError(
                f"stack {name} is {stack['StackStatus']}: {stack.get('StackStatusReason', '')}",
                fix=f"aws cloudformation delete-stack --region {run.region} --stack-name {name}",
            )
        yield name
    for name in filter(partial(_is_only_begun, run.services), STACK_NAMES):
        raise LeftoverError(
            f"stack {name} was begun and never made: it has no tag that tells whose it is",
            fix=f"aws cloudformation delete-stack --region {run.region} --stack-name {name}",
        )


def _is_only_begun(services: Services, name: str) -> bool:
    """A change set of it was made and not executed: what an interrupted first deployment leaves."""
    stack = _described(services, name)
    return stack is not None and stack["StackStatus"] == "REVIEW_IN_PROGRESS"


def _wait_while(run: AcceptanceRun, name: str, status: str) -> None:
    """Until the stack has gone, or has a status that the regular expression does not match."""

    def settled() -> bool:
        stack = _described(run.services, name)
        return stack is None or not re.fullmatch(status, stack["StackStatus"])

    eventually(settled, _PATIENCE, run.pause)


def _forget_keys(run: AcceptanceRun) -> Iterator[str]:
    """Schedule the deletion of the keys, which outlive their stacks; until then they cost nothing."""
    kms = run.services("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in (found["KeyId"] for found in page["Keys"]):
            if _is_ours(kms, key) and kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled":
                kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=_DAYS)
                yield key


def _is_ours(kms: Any, key: str) -> bool:
    """Not where somebody else's key does not show its tags."""
    try:
        tags = kms.list_resource_tags(KeyId=key)["Tags"]
    except ClientError as error:
        if not is_denied(error):  # a busy KMS says nothing of whose it is
            raise
        return False
    return any(tag["TagKey"] == TAG for tag in tags)
