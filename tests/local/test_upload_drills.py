"""Crash, duplicate, loss and order, with labels that came by upload: in the end there is one of each."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import upload_manifest
from local.demo.workspace import Workspace
from local.embedded_aws import child_environment
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
from tests.local.test_end_to_end import deaf, deployed_long_ago, ended_training_jobs_of, sweep
from tests.local.test_operations import outputs, redrive, told
from tests.local.test_publish import IMAGES, published, settings, source
from tests.local.test_uploads import data, without_grace
from tests.waiting import eventually

__all__ = ["data", "deployed_long_ago", "outputs", "redrive", "settings", "source", "told"]
pytestmark = [needs_cdk, pytest.mark.drill]
KILLED = 137


def one_of_each(deployment: Deployment, data: LabeledData) -> None:
    """One dataset, one training job, one registered model, and nothing on its way."""
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, data)
    assert len(training_jobs_of(deployment, data)) == 1
    assert len(model_packages_of(deployment, dataset)) == 1


@pytest.mark.parametrize(
    ("function", "action", "there"),
    [
        ("Convert", "s3:PutObject", lambda *_: True),
        ("Convert", "events:PutEvents", datasets_of),
        ("StartTraining", "sagemaker:CreateTrainingJob", datasets_of),
        ("RecordOutcome", "sagemaker:CreateModelPackage", ended_training_jobs_of),
        ("RecordOutcome", "sns:Publish", ended_training_jobs_of),
    ],
)
def test_a_function_that_fails_in_the_middle_goes_on_with_the_upload(
    deployment: Deployment,
    data: LabeledData,
    redrive: Callable[..., Any],
    told: Callable[..., Any],
    function: str,
    action: str,
    there: Callable[..., object],
) -> None:
    with forbidden(deployment, function, action):
        upload_manifest(data, deployment)
        assert eventually(lambda: there(deployment, data))
        assert not eventually(lambda: not waiting_messages(deployment), seconds=5)

    def trained() -> bool:
        redrive()  # what was given up, since a right is missing
        return any(model_packages_of(deployment, dataset) for dataset in datasets_of(deployment, data))

    assert eventually(trained)
    told("a new model waits", data.job)
    one_of_each(deployment, data)


@pytest.fixture
def events_of(deployment: Deployment, listener: Listener, data: LabeledData) -> Callable[[int], list[str]]:
    """Wait for so many events of S3 about the manifest; nobody else listens meanwhile."""

    def events_of(number: int) -> list[str]:
        found: list[str] = []

        def heard() -> bool:
            found.extend(
                text.decode()
                for event, text in listener.events()
                if event.source == "aws.s3" and f"{data.job}.manifest" in text.decode()
            )
            return len(found) >= number

        assert eventually(heard)
        return found

    return events_of


def send(deployment: Deployment, queue: str, bodies: list[str]) -> None:
    """All at once."""
    sqs = deployment.aws.client("sqs")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: sqs.send_message(QueueUrl=queue, MessageBody=body), bodies))


def test_an_event_that_comes_ten_times_at_once_and_once_more_afterwards_has_one_effect(
    deployment: Deployment,
    data: LabeledData,
    outputs: dict[str, str],
    events_of: Callable[[int], list[str]],
    follow: Callable[..., Follower],
) -> None:
    upload_manifest(data, deployment)
    upload_manifest(data, deployment)  # the same bytes in another version
    events = events_of(2)
    send(deployment, outputs["ConvertQueueUrl"], events * 5)
    follow(data)
    one_of_each(deployment, data)
    send(deployment, outputs["ConvertQueueUrl"], events)
    one_of_each(deployment, data)


def test_versions_whose_events_come_in_any_order_become_a_model_each(
    deployment: Deployment,
    data: LabeledData,
    outputs: dict[str, str],
    events_of: Callable[[int], list[str]],
    follow: Callable[..., Follower],
) -> None:
    lines = data.manifest.splitlines(keepends=True)
    with deaf(deployment, "ConvertUploads"):
        for left_out in range(1, 4):
            upload_manifest(replace(data, manifest=b"".join(lines[:-left_out])), deployment)
        events = sorted(events_of(3), key=lambda text: -json.loads(text)["detail"]["object"]["size"])
    assert datasets_of(deployment, data) == []
    smallest, middle, largest = reversed(events)
    for body in (smallest, largest, middle, smallest, largest):
        send(deployment, outputs["ConvertQueueUrl"], [body])
    follow(data, 3)
    assert eventually_quiet(deployment) == {}
    found = datasets_of(deployment, data)
    assert sorted(dataset.source.records for dataset in found) == [58, 59, 60]
    assert [len(model_packages_of(deployment, dataset)) for dataset in found] == [1, 1, 1]
    assert len(training_jobs_of(deployment, data)) == 3


@pytest.mark.usefixtures("deployed_long_ago")
def test_every_event_on_the_way_is_lost_and_the_sweep_finds_each(
    deployment: Deployment, data: LabeledData, told: Callable[..., Any]
) -> None:
    deployment.aws.control("LocalNextTrainingOutcome", Events=0)
    with without_grace(deployment):
        with deaf(deployment, "ConvertUploads"):
            upload_manifest(data, deployment)
            assert eventually_quiet(deployment) == {}
        assert datasets_of(deployment, data) == []
        with deaf(deployment, "StartTraining"):
            assert eventually(lambda: sweep(deployment) or datasets_of(deployment, data))
            assert eventually_quiet(deployment) == {}
        assert training_jobs_of(deployment, data) == []
        assert eventually(lambda: sweep(deployment) or ended_training_jobs_of(deployment, data))
        assert eventually_quiet(deployment) == {}
        assert eventually(
            lambda: sweep(deployment) or model_packages_of(deployment, datasets_of(deployment, data)[0])
        )
        told("a new model waits", data.job)
        sweep(deployment)
    one_of_each(deployment, data)


PUBLISH_UNTIL_KILLED = """
import itertools, os, sys
from groundtrain.aws.clients import connect
from groundtrain.cli.application import run
requests, last = itertools.count(1), int(sys.argv[1])

def die(**_):
    if next(requests) > last:
        os._exit(137)

connect().uploads.meta.events.register("before-send.s3", die)
sys.exit(run(sys.argv[2:]))
"""


def test_publish_that_is_killed_again_and_again_ends_with_one_model(
    deployment: Deployment,
    workspace: Workspace,
    settings: str,
    source: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["publish", str(source), "--settings", settings]
    environment = {**child_environment(), **deployment.aws.settings()}
    kills = 0
    for requests in (0, 1, 2, 40, 80, 20, 10, 3):
        program = [sys.executable, "-c", PUBLISH_UNTIL_KILLED, str(requests), *command]
        ended = subprocess.run(program, env={**os.environ, **environment}, capture_output=True, check=False)
        kills += ended.returncode == KILLED
    assert kills >= 5
    found = published(source, settings, capsys, "--wait", "--timeout", "10m")
    again = published(source, settings, capsys, "--wait", "--timeout", "10m")
    assert again["published_before"]
    assert (again["images"]["there"], again["model_package"]) == (IMAGES, found["model_package"])
    asked = [request.asks for request in read_request_log(workspace.request_log)]
    manifest = found["manifest"].partition("/manifests/")[2]
    assert sum(asks.startswith("PUT") and asks.endswith(manifest) for asks in asked) == 1
    jobs = deployment.aws.client("sagemaker").list_training_jobs(NameContains=source.stem.partition("_")[2])
    assert len(jobs["TrainingJobSummaries"]) == 1
