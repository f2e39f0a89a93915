"""The dev stage, deployed once for all tests by the real CDK command line, and what is found in it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import Dataset, parse_dataset
from groundtrain.progress_reporter import SilentReporter
from local.cdk import CDK, ROOT
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.event_listener import Listener
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.street_scenes import BUCKET, street_scenes
from local.demo.workspace import Workspace, fresh_workspace
from tests.waiting import eventually

needs_cdk = pytest.mark.skipif(not CDK.exists(), reason="needs the CDK command line: make setup")
GROUP = "groundtrain-dev"


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fresh_workspace(tmp_path_factory.mktemp("end-to-end") / "demo")


@pytest.fixture(scope="session")
def scenes(workspace: Workspace) -> LabeledData:
    return street_scenes(workspace.images)


@pytest.fixture(scope="session")
def deployment(workspace: Workspace, scenes: LabeledData) -> Iterator[Deployment]:
    template = ROOT / "environments" / "dev.toml"
    region = write_settings(template, workspace.environments, [BUCKET], own=False, trigger="both")
    with deployed(workspace, region, SilentReporter(), training_seconds=0.6) as deployment:
        put_labels(scenes, deployment)
        yield deployment


@pytest.fixture(scope="session")
def listener(deployment: Deployment) -> Listener:
    return Listener(deployment)


@pytest.fixture
def job(deployment: Deployment, scenes: LabeledData, unique: str) -> LabeledData:
    """The street scenes as a labeling job of its own, created but not finished."""
    data = replace(scenes, job=f"Scenes-{unique}", uploads=(), buckets=())
    put_labels(data, deployment)
    create_labeling_job(data, deployment)
    return data


@pytest.fixture
def follow(deployment: Deployment, listener: Listener, workspace: Workspace) -> Callable[..., Follower]:
    """Follow a labeling job until so many messages have come, one unless told; it takes them all."""

    def follow(data: LabeledData, messages: int = 1) -> Follower:
        follower = Follower(data.job, deployment, listener, workspace, SilentReporter())
        follower.follow(messages)
        return follower

    return follow


def registered(data: LabeledData, deployment: Deployment, follow: Callable[..., Follower]) -> Dataset:
    """Label, convert and train until a model is registered; the only dataset, trained once."""
    put_labels(data, deployment)
    create_labeling_job(data, deployment)
    finish_labeling_job(data, deployment)
    follower = follow(data)
    assert follower.model_package, follower.messages
    [dataset] = datasets_of(deployment, data)
    assert len(training_jobs_of(deployment, data)) == 1
    return dataset


def datasets_of(deployment: Deployment, job: LabeledData) -> list[Dataset]:
    s3 = deployment.aws.client("s3")
    found = s3.list_objects_v2(Bucket=deployment.datasets_bucket, Prefix=f"datasets/{job.job}").get(
        "Contents", []
    )
    keys = [entry["Key"] for entry in found if entry["Key"].endswith("/dataset.json")]
    return [
        parse_dataset(s3.get_object(Bucket=deployment.datasets_bucket, Key=key)["Body"].read())
        for key in keys
    ]


def training_jobs_of(deployment: Deployment, job: LabeledData) -> list[str]:
    listed = deployment.aws.client("sagemaker").list_training_jobs(NameContains=job.job.lower())
    return [summary["TrainingJobName"] for summary in listed["TrainingJobSummaries"]]


def model_packages_of(deployment: Deployment, dataset: Dataset) -> list[dict[str, Any]]:
    sagemaker = deployment.aws.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
    arns = [summary["ModelPackageArn"] for page in pages for summary in page["ModelPackageSummaryList"]]
    packages = [sagemaker.describe_model_package(ModelPackageName=arn) for arn in arns]
    return [
        package
        for package in packages
        if dataset.dataset_id in json.dumps(package["CustomerMetadataProperties"])
    ]


def waiting_messages(deployment: Deployment) -> dict[str, int]:
    """How many messages each queue of the stage holds, for those that hold any."""
    sqs, counts = deployment.aws.client("sqs"), {}
    for url in sqs.list_queues(QueueNamePrefix="groundtrain-")["QueueUrls"]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        counts[url.rpartition("/")[2]] = sum(map(int, held.values()))
    return {name: count for name, count in counts.items() if count}


def eventually_quiet(deployment: Deployment) -> dict[str, int]:
    """What the queues still hold when they are empty, or when patience ends."""
    eventually(lambda: not waiting_messages(deployment))
    return waiting_messages(deployment)


@contextmanager
def forbidden(deployment: Deployment, function: str, *actions: str, resource: str = "*") -> Iterator[None]:
    """The function may not do this, and so fails in the middle of what it does."""
    iam = deployment.aws.client("iam")
    [role] = [r["RoleName"] for r in iam.list_roles()["Roles"] if f"{function}HandlerRole" in r["RoleName"]]
    deny = {"Effect": "Deny", "Action": actions, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName=role, PolicyName="closed", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="closed")
