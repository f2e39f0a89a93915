"""The whole way, deployed once by the real CDK command line, IAM enforced."""

import json
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from groundtrain.events.training_job_event import TRAINING_JOB_END_STATUSES
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener, Message
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.workspace import Workspace
from tests.local.conftest import labeling_job_request
from tests.local.deployment import (
    datasets_of,
    eventually_quiet,
    forbidden,
    model_packages_of,
    needs_cdk,
    training_jobs_of,
)
from tests.waiting import eventually

pytestmark = needs_cdk
standing = pytest.mark.usefixtures("deployed_long_ago")


@pytest.fixture
def deployed_long_ago(deployment: Deployment) -> Iterator[None]:
    """As if the stage were a day old; AWS lets nobody change the age of a queue."""
    sqs = deployment.aws.client("sqs")
    [url] = [
        url
        for url in sqs.list_queues(QueueNamePrefix="groundtrain-dev")["QueueUrls"]
        if "ConvertQueue" in url
    ]
    made = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"CreatedTimestamp": str(int(time.time()) - 86400)})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes=made)


def test_a_finished_labeling_job_becomes_a_registered_model(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    finish_labeling_job(job, deployment)
    follower = follow(job)
    [dataset] = datasets_of(deployment, job)
    assert (dataset.source.records, dataset.rejected) == (61, 5)
    assert dataset.train.records + dataset.validation.records == 56
    assert len(training_jobs_of(deployment, job)) == 1
    [package] = model_packages_of(deployment, dataset)
    assert package["ModelPackageArn"] == follower.model_package
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert "a new model waits for approval" in follower.messages[0].subject
    assert eventually_quiet(deployment) == {}


def test_the_request_matches_the_data(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower], workspace: Workspace
) -> None:
    finish_labeling_job(job, deployment)
    follow(job)
    request = json.loads((workspace.root / "request.json").read_text())
    [dataset] = datasets_of(deployment, job)
    assert request["HyperParameters"]["num_training_samples"] == str(dataset.train.records)
    assert request["HyperParameters"]["num_classes"] == "4"
    lines = (workspace.dataset / "train.manifest").read_text().splitlines()
    assert len(lines) == dataset.train.records


def test_the_same_event_three_times_has_one_effect(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    finish_labeling_job(job, deployment, events=3)
    follow(job)
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, job)
    assert len(training_jobs_of(deployment, job)) == 1
    assert len(model_packages_of(deployment, dataset)) == 1


@standing
def test_a_lost_event_is_found_by_the_sweep(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    deployment.aws.control(
        "LocalFinishLabelingJob", LabelingJobName=job.job, Events=0, LastModifiedTime=an_hour_ago()
    )
    sweep(deployment)
    follow(job)
    [dataset] = datasets_of(deployment, job)
    assert len(model_packages_of(deployment, dataset)) == 1


@standing
def test_a_lost_event_of_a_training_job_is_found_by_the_sweep(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    deployment.aws.control("LocalNextTrainingOutcome", Events=0, LastModifiedTime=an_hour_ago())
    finish_labeling_job(job, deployment)
    wait_for(lambda: ended_training_jobs_of(deployment, job))
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, job)
    assert model_packages_of(deployment, dataset) == []
    sweep(deployment)
    assert "a new model waits for approval" in follow(job).messages[0].subject
    assert len(model_packages_of(deployment, dataset)) == 1
    sweep(deployment)
    assert eventually_quiet(deployment) == {}
    assert len(model_packages_of(deployment, dataset)) == 1


@standing
def test_a_lost_announcement_of_a_dataset_is_found_by_the_sweep(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    with deaf(deployment, "StartTraining"):
        deployment.aws.control(
            "LocalFinishLabelingJob", LabelingJobName=job.job, LastModifiedTime=an_hour_ago()
        )
        wait_for(lambda: datasets_of(deployment, job))
        assert eventually_quiet(deployment) == {}
    assert training_jobs_of(deployment, job) == []
    sweep(deployment)
    assert "a new model waits for approval" in follow(job).messages[0].subject
    sweep(deployment)
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, job)
    assert len(training_jobs_of(deployment, job)) == len(model_packages_of(deployment, dataset)) == 1


@standing
def test_a_lost_announcement_of_the_next_attempt_is_found_by_the_sweep(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    deployment.aws.control("LocalNextTrainingOutcome", Events=0, LastModifiedTime=an_hour_ago())
    deployment.aws.control("LocalSetCapacity", InstanceType="ml.g5.2xlarge", Available=False)
    finish_labeling_job(job, deployment)
    wait_for(lambda: ended_training_jobs_of(deployment, job))
    deployment.aws.control("LocalSetCapacity", InstanceType="ml.g5.2xlarge", Available=True)
    with deaf(deployment, "StartTraining"):
        sweep(deployment)
        assert "no ml.g5.2xlarge on spot was free" in follow(job).messages[0].subject
        assert eventually_quiet(deployment) == {}
    assert len(training_jobs_of(deployment, job)) == 1
    sweep(deployment)
    assert "a new model waits for approval" in follow(job).messages[0].subject
    assert len(training_jobs_of(deployment, job)) == 2


def test_what_ended_before_the_deployment_is_left_alone(deployment: Deployment, job: LabeledData) -> None:
    deployment.aws.control(
        "LocalFinishLabelingJob", LabelingJobName=job.job, Events=0, LastModifiedTime=an_hour_ago()
    )
    sweep(deployment)
    assert eventually_quiet(deployment) == {}
    assert datasets_of(deployment, job) == []


def test_a_labeling_job_of_others_leaves_no_dead_letter(
    deployment: Deployment, listener: Listener, unique: str
) -> None:
    request = labeling_job_request(unique, "theirs")
    deployment.aws.client("sagemaker").create_labeling_job(**request)
    list(listener.messages())
    deployment.aws.control("LocalFinishLabelingJob", LabelingJobName=unique)
    assert eventually_quiet(deployment) == {}
    assert list(listener.messages()) == []


@standing
def test_a_sweep_without_the_right_to_list_labeling_jobs_sweeps_training_jobs(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    deployment.aws.control("LocalNextTrainingOutcome", Events=0, LastModifiedTime=an_hour_ago())
    finish_labeling_job(job, deployment)
    wait_for(lambda: ended_training_jobs_of(deployment, job))
    with forbidden(deployment, "Sweep", "sagemaker:ListLabelingJobs"):
        sweep(deployment)
    assert "a new model waits for approval" in follow(job).messages[0].subject


@contextmanager
def deaf(deployment: Deployment, step: str) -> Iterator[None]:
    """The rule of the step takes no event."""
    bus = deployment.aws.client("events")
    [name] = [rule["Name"] for rule in bus.list_rules()["Rules"] if f"{step}Rule" in rule["Name"]]
    bus.disable_rule(Name=name)
    try:
        yield
    finally:
        bus.enable_rule(Name=name)


def an_hour_ago() -> float:
    """The sweep leaves jobs alone whose event may still be on its way."""
    return time.time() - 3600


def sweep(deployment: Deployment) -> None:
    functions = deployment.aws.client("lambda")
    [function] = [f for f in functions.list_functions()["Functions"] if f["Handler"].startswith("sweep.")]
    answer = functions.invoke(FunctionName=function["FunctionName"], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def ended_training_jobs_of(deployment: Deployment, job: LabeledData) -> list[str]:
    describe = deployment.aws.client("sagemaker").describe_training_job
    jobs = [describe(TrainingJobName=name) for name in training_jobs_of(deployment, job)]
    return [it["TrainingJobName"] for it in jobs if it["TrainingJobStatus"] in TRAINING_JOB_END_STATUSES]


def wait_for(found: Callable[[], object]) -> None:
    assert eventually(found)


def test_a_status_that_is_not_in_the_settings_and_a_closed_gate_start_nothing(
    deployment: Deployment,
    job: LabeledData,
    scenes: LabeledData,
    unique: str,
    follow: Callable[[LabeledData], Follower],
) -> None:
    deployment.aws.control("LocalFinishLabelingJob", LabelingJobName=job.job, LabelingJobStatus="Stopped")
    few = b"".join(scenes.manifest.splitlines(keepends=True)[:3])
    poor = replace(
        scenes, job=f"Poor-{unique}", manifest=few, uploads=(), buckets=(), counters={"TotalLabeled": 3}
    )
    put_labels(poor, deployment)
    create_labeling_job(poor, deployment)
    finish_labeling_job(poor, deployment)
    [message] = follow(poor).messages
    assert "not trained" in message.subject
    assert "min_records" in message.message
    assert eventually_quiet(deployment) == {}
    assert datasets_of(deployment, job) == []
    assert training_jobs_of(deployment, poor) == []


def test_a_failed_training_job_is_told_with_its_reason(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    reason = "ClientError: Invalid parameter value 'label_width'"
    deployment.aws.control("LocalNextTrainingOutcome", Outcome="Failed", FailureReason=reason)
    finish_labeling_job(job, deployment)
    [message] = follow(job).messages
    assert "training failed" in message.subject
    assert "label_width" in message.message
    [dataset] = datasets_of(deployment, job)
    assert model_packages_of(deployment, dataset) == []


def test_without_capacity_the_next_instance_type_is_tried_by_itself(
    deployment: Deployment, job: LabeledData, follow: Callable[..., Follower]
) -> None:
    deployment.aws.control("LocalSetCapacity", InstanceType="ml.g5.2xlarge", Available=False)
    finish_labeling_job(job, deployment)
    follower = follow(job, messages=2)
    deployment.aws.control("LocalSetCapacity", InstanceType="ml.g5.2xlarge", Available=True)
    first, second = [message.subject for message in follower.messages]
    assert "no ml.g5.2xlarge on spot was free, now on ml.g4dn.2xlarge" in first
    assert "a new model waits" in second
    [dataset] = datasets_of(deployment, job)
    assert training_jobs_of(deployment, job) == [f"{follower.training_job}-a1", follower.training_job]
    describe = deployment.aws.client("sagemaker").describe_training_job
    first_job = describe(TrainingJobName=follower.training_job)
    assert first_job["SecondaryStatus"] == "MaxWaitTimeExceeded"
    [package] = model_packages_of(deployment, dataset)
    assert (
        f"{follower.training_job}-a1/" in package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    )


def test_after_the_last_spot_type_the_event_in_the_message_trains_on_demand(
    deployment: Deployment, job: LabeledData, follow: Callable[..., Follower]
) -> None:
    kinds = ("ml.g5.2xlarge", "ml.g4dn.2xlarge")
    for kind in kinds:
        deployment.aws.control("LocalSetCapacity", InstanceType=kind, Available=False, Spot=True)
    finish_labeling_job(job, deployment)
    last = follow(job, messages=2).messages[-1]
    assert "no ml.g4dn.2xlarge on spot was free" in last.subject
    deployment.aws.client("events").put_events(Entries=events_in(last)[-1])
    assert "a new model waits" in follow(job).messages[0].subject
    for kind in kinds:
        deployment.aws.control("LocalSetCapacity", InstanceType=kind, Available=True)
    newest = training_jobs_of(deployment, job)[0]
    trained = deployment.aws.client("sagemaker").describe_training_job(TrainingJobName=newest)
    assert trained["EnableManagedSpotTraining"] is False


def test_a_spot_job_that_ran_out_of_time_goes_on_from_its_checkpoints_by_the_event_in_the_message(
    deployment: Deployment, job: LabeledData, follow: Callable[..., Follower]
) -> None:
    deployment.aws.control("LocalNextTrainingOutcome", Outcome="MaxWaitTimeExceeded")
    finish_labeling_job(job, deployment)
    [message] = follow(job).messages
    assert "ran out of time" in message.subject
    deployment.aws.client("events").put_events(Entries=events_in(message)[0])
    assert "a new model waits" in follow(job).messages[0].subject
    describe = deployment.aws.client("sagemaker").describe_training_job
    second, first = [describe(TrainingJobName=it) for it in training_jobs_of(deployment, job)]
    assert second["CheckpointConfig"] == first["CheckpointConfig"]


def events_in(message: Message) -> list[list[dict[str, Any]]]:
    """The entries of each event that a message says to send."""
    commands = [line for line in message.message.splitlines() if line.strip().startswith("aws events")]
    return [json.loads(shlex.split(command)[-1]) for command in commands]


def test_without_quota_the_next_instance_type_is_taken(
    deployment: Deployment, job: LabeledData, follow: Callable[[LabeledData], Follower], workspace: Workspace
) -> None:
    deployment.aws.control("LocalSetQuota", InstanceType="ml.g5.2xlarge", Limit=0)
    finish_labeling_job(job, deployment)
    assert follow(job).model_package
    deployment.aws.control("LocalSetQuota", InstanceType="ml.g5.2xlarge", Limit=100)
    request = json.loads((workspace.root / "request.json").read_text())
    assert request["ResourceConfig"]["InstanceType"] == "ml.g4dn.2xlarge"
