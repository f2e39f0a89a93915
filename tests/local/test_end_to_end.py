"""The whole way, deployed once by the real CDK command line, IAM enforced."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import Dataset, parse_dataset
from local.cdk import CDK, ROOT
from local.demo.deployment import Deployment, deployed
from local.demo.following import Follower
from local.demo.labeling import create_labeling_job, finish_labeling_job, put_labels
from local.demo.labels import LabeledData
from local.demo.listening import Ears
from local.demo.settings import write_settings
from local.demo.street_scenes import BUCKET, street_scenes
from local.demo.workspace import Workspace, fresh_workspace

pytestmark = pytest.mark.skipif(not CDK.exists(), reason="needs the CDK command line: make setup")
GROUP = "groundtrain-dev"


class Silent:
    def begins(self, what: str) -> None:
        pass

    def tells(self, what: str, details: Any = ()) -> None:
        pass


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fresh_workspace(tmp_path_factory.mktemp("end-to-end") / "demo")


@pytest.fixture(scope="module")
def scenes(workspace: Workspace) -> LabeledData:
    return street_scenes(workspace.images)


@pytest.fixture(scope="module")
def here(workspace: Workspace, scenes: LabeledData) -> Iterator[Deployment]:
    region = write_settings(ROOT / "environments" / "dev.toml", workspace.environments, [BUCKET], own=False)
    with deployed(workspace, region, Silent(), training_seconds=0.6) as deployment:
        put_labels(scenes, deployment)
        yield deployment


@pytest.fixture(scope="module")
def ears(here: Deployment) -> Ears:
    return Ears(here)


@pytest.fixture
def job(here: Deployment, scenes: LabeledData, unique: str) -> LabeledData:
    """The street scenes as a labeling job of its own, created but not finished."""
    data = replace(scenes, job=f"Scenes-{unique}", uploads=(), buckets=())
    put_labels(data, here)
    create_labeling_job(data, here)
    return data


@pytest.fixture
def follow(here: Deployment, ears: Ears, workspace: Workspace) -> Callable[[], Follower]:
    def follow() -> Follower:
        follower = Follower(here, ears, workspace, Silent())
        follower.follow()
        return follower

    return follow


def datasets_of(here: Deployment, job: LabeledData) -> list[Dataset]:
    s3 = here.aws.client("s3")
    found = s3.list_objects_v2(Bucket=here.datasets_bucket, Prefix=f"datasets/{job.job}/").get("Contents", [])
    keys = [entry["Key"] for entry in found if entry["Key"].endswith("/dataset.json")]
    return [parse_dataset(s3.get_object(Bucket=here.datasets_bucket, Key=key)["Body"].read()) for key in keys]


def training_jobs_of(here: Deployment, job: LabeledData) -> list[str]:
    listed = here.aws.client("sagemaker").list_training_jobs(NameContains=job.job.lower())
    return [summary["TrainingJobName"] for summary in listed["TrainingJobSummaries"]]


def model_packages_of(here: Deployment, dataset: Dataset) -> list[dict[str, Any]]:
    sagemaker = here.aws.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=GROUP)
    arns = [summary["ModelPackageArn"] for page in pages for summary in page["ModelPackageSummaryList"]]
    packages = [sagemaker.describe_model_package(ModelPackageName=arn) for arn in arns]
    return [
        package
        for package in packages
        if dataset.dataset_id in json.dumps(package["CustomerMetadataProperties"])
    ]


def waiting_messages(here: Deployment) -> dict[str, int]:
    """How many messages each queue of the stage holds, for those that hold any."""
    sqs, counts = here.aws.client("sqs"), {}
    for url in sqs.list_queues(QueueNamePrefix="groundtrain-")["QueueUrls"]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        counts[url.rpartition("/")[2]] = sum(map(int, held.values()))
    return {name: count for name, count in counts.items() if count}


def eventually_quiet(here: Deployment, seconds: float = 15) -> dict[str, int]:
    """What the queues still hold when they are empty, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while (held := waiting_messages(here)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return held


def test_a_finished_labeling_job_becomes_a_registered_model(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower]
) -> None:
    finish_labeling_job(job, here)
    follower = follow()
    [dataset] = datasets_of(here, job)
    assert (dataset.source.records, dataset.rejected) == (61, 5)
    assert dataset.train.records + dataset.validation.records == 56
    assert len(training_jobs_of(here, job)) == 1
    [package] = model_packages_of(here, dataset)
    assert package["ModelPackageArn"] == follower.model_package
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert "a new model waits for approval" in follower.messages[0].subject
    assert eventually_quiet(here) == {}


def test_the_request_matches_the_data(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower], workspace: Workspace
) -> None:
    finish_labeling_job(job, here)
    follow()
    request = json.loads((workspace.root / "request.json").read_text())
    [dataset] = datasets_of(here, job)
    assert request["HyperParameters"]["num_training_samples"] == str(dataset.train.records)
    assert request["HyperParameters"]["num_classes"] == "4"
    lines = (workspace.dataset / "train.manifest").read_text().splitlines()
    assert len(lines) == dataset.train.records


def test_the_same_event_three_times_has_one_effect(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower]
) -> None:
    finish_labeling_job(job, here, events=3)
    follow()
    assert eventually_quiet(here) == {}
    [dataset] = datasets_of(here, job)
    assert len(training_jobs_of(here, job)) == 1
    assert len(model_packages_of(here, dataset)) == 1


def test_a_lost_event_is_found_by_the_sweep(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower]
) -> None:
    an_hour_ago = time.time() - 3600  # the sweep leaves jobs alone whose event may still be on its way
    here.aws.control(
        "LocalFinishLabelingJob", LabelingJobName=job.job, Events=0, LastModifiedTime=an_hour_ago
    )
    functions = here.aws.client("lambda")
    [sweep] = [f for f in functions.list_functions()["Functions"] if f["Handler"].startswith("sweep.")]
    answer = functions.invoke(FunctionName=sweep["FunctionName"], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    follow()
    [dataset] = datasets_of(here, job)
    assert len(model_packages_of(here, dataset)) == 1


def test_a_status_that_is_not_in_the_settings_and_a_closed_gate_start_nothing(
    here: Deployment, job: LabeledData, scenes: LabeledData, unique: str, follow: Callable[[], Follower]
) -> None:
    here.aws.control("LocalFinishLabelingJob", LabelingJobName=job.job, LabelingJobStatus="Stopped")
    few = b"".join(scenes.manifest.splitlines(keepends=True)[:3])
    poor = replace(scenes, job=f"Poor-{unique}", manifest=few, uploads=(), buckets=())
    put_labels(poor, here)
    create_labeling_job(poor, here)
    finish_labeling_job(poor, here)
    [message] = follow().messages
    assert "not trained" in message.subject
    assert "min_records" in message.message
    assert eventually_quiet(here) == {}
    assert datasets_of(here, job) == []
    assert training_jobs_of(here, poor) == []


def test_a_failed_training_job_is_told_with_its_reason(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower]
) -> None:
    reason = "ClientError: Invalid parameter value 'label_width'"
    here.aws.control("LocalNextTrainingOutcome", Outcome="Failed", FailureReason=reason)
    finish_labeling_job(job, here)
    [message] = follow().messages
    assert "training failed" in message.subject
    assert "label_width" in message.message
    [dataset] = datasets_of(here, job)
    assert model_packages_of(here, dataset) == []


def test_without_quota_the_next_instance_type_is_taken(
    here: Deployment, job: LabeledData, follow: Callable[[], Follower], workspace: Workspace
) -> None:
    here.aws.control("LocalSetQuota", InstanceType="ml.g5.2xlarge", Limit=0)
    finish_labeling_job(job, here)
    assert follow().model_package
    here.aws.control("LocalSetQuota", InstanceType="ml.g5.2xlarge", Limit=100)
    request = json.loads((workspace.root / "request.json").read_text())
    assert request["ResourceConfig"]["InstanceType"] == "ml.g4dn.2xlarge"
