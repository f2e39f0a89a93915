"""Crash, duplicate, order, loss and load with the map: in the end one dataset, with the same findings."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.load import _processes_below
from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Message
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import put_images, upload_manifest
from local.demo.workspace import Workspace
from local.request_log import read_request_log
from tests.local.deployment import (
    datasets_of,
    eventually_quiet,
    forbidden,
    model_packages_of,
    needs_cdk,
    training_jobs_of,
    waiting_messages,
)
from tests.local.image_maps.conftest import Maps, end_event
from tests.local.image_maps.faulty_labels import BUCKET, boxes, checked_here, differences
from tests.local.test_end_to_end import an_hour_ago, deaf, deployed_long_ago, sweep, wait_for
from tests.waiting import eventually

__all__ = ["deployed_long_ago"]
pytestmark = [needs_cdk, pytest.mark.drill]


@pytest.fixture
def labels(deployment: Deployment, unique: str) -> LabeledData:
    """Faulty and sound images, in S3; their labeling job is not finished."""
    data = boxes(f"Drill-{unique}", 20)
    put_labels(data, deployment)
    create_labeling_job(data, deployment)
    return data


@pytest.fixture
def one_of_each(
    deployment: Deployment,
    workspace: Workspace,
    labels: LabeledData,
    maps: Maps,
    redrive: Callable[..., object],
    tmp_path: Path,
) -> Callable[[], None]:
    """One map, one dataset as one machine would make it, one training job, one model, nothing on its way."""

    def quiet() -> bool:
        redrive()  # the end of a map that failed, which was given up
        return not waiting_messages(deployment)

    def one_of_each() -> None:
        assert eventually(quiet)
        [dataset] = datasets_of(deployment, labels)
        check = checked_here(labels, deployment, workspace, tmp_path / "m.manifest")
        assert differences(dataset, check, deployment) == {}
        assert len(maps.of(labels.job)) == 1
        assert len(training_jobs_of(deployment, labels)) == len(model_packages_of(deployment, dataset)) == 1

    return one_of_each


@contextmanager
def unable_to_read(deployment: Deployment) -> Iterator[None]:
    """check_images may read no image, and so every shard fails."""
    with forbidden(deployment, "CheckImages", "s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*"):
        yield


@contextmanager
def throttled(deployment: Deployment) -> Iterator[None]:
    """check_images may not be called, and so every shard waits."""
    functions = deployment.aws.client("lambda")
    listed = functions.list_functions()["Functions"]
    [name] = [each["FunctionName"] for each in listed if each["Handler"].startswith("check_images.")]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        functions.delete_function_concurrency(FunctionName=name)


def kill_one(deployment: Deployment) -> bool:
    """Whether a process of check_images was there to be killed; it was started for a shard, and has it."""
    for process in _processes_below(deployment.aws.process.pid):
        with suppress(OSError):
            if b"check_images" in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
                return True
    return False


def test_a_shard_whose_function_is_killed_is_looked_at_again(
    deployment: Deployment,
    labels: LabeledData,
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    finish_labeling_job(labels, deployment)
    assert eventually(lambda: kill_one(deployment))
    told("a new model waits", labels.job)
    one_of_each()


def test_events_that_come_several_times_start_one_map_and_make_one_dataset(
    deployment: Deployment,
    labels: LabeledData,
    maps: Maps,
    send: Callable[[str], None],
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    finish_labeling_job(labels, deployment, events=3)
    execution = maps.wait(labels.job, "SUCCEEDED")
    for _ in range(3):
        send(end_event(deployment, execution))
    told("a new model waits", labels.job)
    send(end_event(deployment, execution))
    one_of_each()


def test_an_end_that_is_told_before_it_is_there_makes_no_dataset(
    deployment: Deployment,
    labels: LabeledData,
    maps: Maps,
    send: Callable[[str], None],
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    with throttled(deployment):
        finish_labeling_job(labels, deployment)
        execution = maps.wait(labels.job, "RUNNING")
        send(end_event(deployment, execution, "SUCCEEDED"))
    told("a new model waits", labels.job)
    one_of_each()


@pytest.mark.usefixtures("deployed_long_ago")
def test_the_lost_end_of_a_map_is_found_by_the_sweep(
    deployment: Deployment,
    labels: LabeledData,
    maps: Maps,
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    with deaf(deployment, "ConvertImageChecks"):
        deployment.aws.control(
            "LocalFinishLabelingJob",
            LabelingJobName=labels.job,
            LabelCounters=labels.counters,
            LastModifiedTime=an_hour_ago(),
        )
        maps.wait(labels.job, "SUCCEEDED")
        assert eventually_quiet(deployment) == {}
    assert datasets_of(deployment, labels) == []
    sweep(deployment)
    told("a new model waits", labels.job)
    one_of_each()


def test_a_stopped_map_is_told_with_its_redrive_which_makes_the_dataset(
    deployment: Deployment,
    labels: LabeledData,
    maps: Maps,
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    with throttled(deployment):
        finish_labeling_job(labels, deployment)
        execution = maps.wait(labels.job, "RUNNING")["executionArn"]
        maps.states.stop_execution(executionArn=execution, cause="a drill")
    assert (
        f"aws stepfunctions redrive-execution --execution-arn {execution}"
        in told("cannot go on", labels.job).message
    )
    assert datasets_of(deployment, labels) == []
    maps.states.redrive_execution(executionArn=execution)
    told("a new model waits", labels.job)
    one_of_each()


def test_images_that_may_not_be_read_fail_the_map_until_they_may(
    deployment: Deployment,
    labels: LabeledData,
    maps: Maps,
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    with unable_to_read(deployment):
        finish_labeling_job(labels, deployment)
        execution = maps.wait(labels.job, "FAILED")["executionArn"]
        message = told("cannot go on", labels.job).message
    assert [child["error"] for child in maps.children(execution)] == ["AccessError"]
    assert f"aws stepfunctions redrive-execution --execution-arn {execution}" in message
    assert datasets_of(deployment, labels) == []
    maps.states.redrive_execution(executionArn=execution)
    told("a new model waits", labels.job)
    one_of_each()


def test_a_throttled_function_is_waited_for(
    deployment: Deployment,
    labels: LabeledData,
    workspace: Workspace,
    told: Callable[..., Message],
    one_of_each: Callable[[], None],
) -> None:
    with throttled(deployment):
        finish_labeling_job(labels, deployment)
        assert eventually(lambda: any(each.status == 429 for each in read_request_log(workspace.request_log)))
    told("a new model waits", labels.job)
    one_of_each()


def test_failures_that_are_tolerated_leave_lines_unseen_and_said_to_be(
    deployment: Deployment, maps: Maps, told: Callable[..., Message], unique: str
) -> None:
    data = boxes(f"Tolerated-{unique}", 20)
    put_images(data, deployment)
    described = maps.states.describe_state_machine(stateMachineArn=maps.arn)["definition"]
    definition = json.loads(described)
    [state] = definition["States"].values()
    state["ToleratedFailurePercentage"] = 100
    maps.states.update_state_machine(stateMachineArn=maps.arn, definition=json.dumps(definition))
    try:
        with unable_to_read(deployment):
            upload_manifest(data, deployment)
            maps.wait(data.job, "SUCCEEDED")
            [dataset] = eventually(lambda: datasets_of(deployment, data))
    finally:
        maps.states.update_state_machine(stateMachineArn=maps.arn, definition=described)
    assert dataset.findings["GT614"] > 0
    assert not any(code.startswith("GT6") for code in dataset.reasons)


def test_several_maps_at_once_find_what_one_process_finds(
    deployment: Deployment, workspace: Workspace, maps: Maps, unique: str, tmp_path: Path
) -> None:
    all_data = [boxes(f"Load{number}-{unique}", 300) for number in range(3)]
    for data in all_data:
        put_images(data, deployment)
    for data in all_data:
        upload_manifest(data, deployment)
    for data in all_data:
        wait_for(lambda data=data: datasets_of(deployment, data))  # type: ignore[misc]
        [dataset] = datasets_of(deployment, data)
        check = checked_here(data, deployment, workspace, tmp_path / f"{data.job}.manifest")
        assert differences(dataset, check, deployment) == {}
        wait_for(lambda dataset=dataset: model_packages_of(deployment, dataset))  # type: ignore[misc]
        [execution] = maps.of(data.job)
        assert len(maps.children(execution["executionArn"])) == 2
    assert eventually_quiet(deployment) == {}
    assert [len(training_jobs_of(deployment, data)) for data in all_data] == [1, 1, 1]
