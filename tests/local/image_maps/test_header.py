"""`images = "header"` through a deployed stage: what the functions may read is enough for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import put_images, upload_manifest
from local.demo.workspace import Workspace, fresh_workspace
from tests.local.deployment import datasets_of, eventually_quiet, needs_cdk, training_jobs_of
from tests.local.image_maps.conftest import checking_images
from tests.local.image_maps.faulty_labels import OF_IMAGES, boxes, checked_here, differences

pytestmark = [needs_cdk, pytest.mark.drill]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fresh_workspace(tmp_path_factory.mktemp("header") / "demo")


@pytest.fixture(scope="module")
def deployment(workspace: Workspace) -> Iterator[Deployment]:
    with checking_images("header", workspace) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def listener(deployment: Deployment) -> Listener:
    return Listener(deployment)


def test_what_headers_show_is_left_out_and_the_rest_is_trained(
    deployment: Deployment,
    workspace: Workspace,
    follow: Callable[[LabeledData], Follower],
    unique: str,
    tmp_path: Path,
) -> None:
    data = boxes(f"Header-{unique}", 20)
    put_images(data, deployment)
    upload_manifest(data, deployment)
    assert follow(data).model_package
    [dataset] = datasets_of(deployment, data)
    assert set(dataset.findings) >= OF_IMAGES
    here = checked_here(data, deployment, workspace, tmp_path / "m.manifest", "header")
    assert differences(dataset, here, deployment) == {}
    assert len(training_jobs_of(deployment, data)) == 1
    assert eventually_quiet(deployment) == {}
    machines = deployment.aws.client("stepfunctions").list_state_machines()["stateMachines"]
    assert machines == []
