"""A stage of its own, with `images = "full"`, deployed once for the tests of this folder."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from groundtrain.progress_reporter import SilentReporter
from local.cdk import ROOT
from local.demo.demo_settings import write_settings
from local.demo.deployed_stage import Deployment, deployed
from local.demo.event_listener import Listener
from local.demo.workspace import Workspace, fresh_workspace
from tests.local.image_maps.faulty_labels import BUCKET
from tests.local.test_operations import redrive, told
from tests.waiting import eventually

__all__ = ["redrive", "told"]


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fresh_workspace(tmp_path_factory.mktemp("image-maps") / "demo")


@contextmanager
def checking_images(depth: str, workspace: Workspace) -> Iterator[Deployment]:
    """A stage that looks at images so deep, and the bucket of the images."""
    template, folder = ROOT / "environments" / "dev.toml", workspace.environments
    images = {"images": depth}
    region = write_settings(template, folder, [BUCKET], own=True, trigger="both", dataset=images)
    with deployed(workspace, region, SilentReporter(), training_seconds=0.6) as deployment:
        where = {"LocationConstraint": region}
        deployment.aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        yield deployment


@pytest.fixture(scope="session")
def deployment(workspace: Workspace) -> Iterator[Deployment]:
    with checking_images("full", workspace) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def listener(deployment: Deployment) -> Listener:
    return Listener(deployment)


class Maps:
    """The stage's state machine, and its executions."""

    def __init__(self, deployment: Deployment) -> None:
        self.states = deployment.aws.client("stepfunctions")
        [machine] = self.states.list_state_machines()["stateMachines"]
        self.arn = str(machine["stateMachineArn"])

    def of(self, name: str) -> list[dict[str, Any]]:
        """Descriptions of the executions for a labeling job or upload, the first first."""
        listed = self.states.list_executions(stateMachineArn=self.arn)["executions"]
        found = [self.states.describe_execution(executionArn=each["executionArn"]) for each in listed]
        mine = [each for each in found if f"/{name}" in json.loads(each["input"])["key"]]
        return sorted(mine, key=lambda each: each["startDate"])

    def wait(self, name: str, *statuses: str) -> dict[str, Any]:
        """The only execution for it, when it has one of these statuses."""
        [found] = eventually(lambda: [each for each in self.of(name) if each["status"] in statuses])
        return found

    def children(self, execution: str) -> list[dict[str, Any]]:
        """What each child of an execution's map is described as."""
        [run] = self.states.list_map_runs(executionArn=execution)["mapRuns"]
        listed = self.states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
        return [self.states.describe_execution(executionArn=each["executionArn"]) for each in listed]


@pytest.fixture(scope="session")
def maps(deployment: Deployment) -> Maps:
    return Maps(deployment)


def end_event(deployment: Deployment, execution: dict[str, Any], status: str = "") -> str:
    """The event of an execution's end, as the queue gets it."""
    detail = {
        "executionArn": execution["executionArn"],
        "stateMachineArn": execution["stateMachineArn"],
        "name": execution["name"],
        "status": status or execution["status"],
        "input": execution["input"],
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": None,
    }
    return json.dumps(
        {
            "version": "0",
            "id": "6f2a2f0e-0000-4000-8000-000000000000",
            "account": "000000000000",
            "time": "2026-11-27T20:00:00Z",
            "region": deployment.aws.region,
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "resources": [execution["executionArn"]],
            "detail": detail,
        }
    )


@pytest.fixture
def send(deployment: Deployment) -> Callable[[str], None]:
    """Put a message on the queue of the convert step."""
    sqs = deployment.aws.client("sqs")
    [url] = [url for url in sqs.list_queues()["QueueUrls"] if "ConvertQueue" in url]
    return lambda body: sqs.send_message(QueueUrl=url, MessageBody=body)
