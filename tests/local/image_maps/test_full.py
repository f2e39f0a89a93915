"""`images = "full"`, the whole way: what the map finds is what `check --images full` finds on one machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.demo.demo_labeling_job import create_labeling_job, finish_labeling_job, put_labels
from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labels_in_s3 import put_images, upload_manifest
from local.demo.workspace import Workspace
from tests.local.deployment import (
    datasets_of,
    eventually_quiet,
    model_packages_of,
    needs_cdk,
    training_jobs_of,
)
from tests.local.image_maps.conftest import Maps
from tests.local.image_maps.faulty_labels import OF_IMAGES, OF_MASKS, boxes, checked_here, differences, masks

pytestmark = needs_cdk


def test_an_upload_with_each_faulty_image_is_trained_without_them_where_the_gate_is_open(
    deployment: Deployment,
    workspace: Workspace,
    follow: Callable[..., Follower],
    maps: Maps,
    unique: str,
    tmp_path: Path,
) -> None:
    data = boxes(f"Open-{unique}", 20)
    put_images(data, deployment)
    upload_manifest(data, deployment)
    assert follow(data, 2).model_package
    [dataset] = datasets_of(deployment, data)
    assert set(dataset.findings) >= OF_IMAGES
    assert (
        differences(dataset, checked_here(data, deployment, workspace, tmp_path / "m.manifest"), deployment)
        == {}
    )
    assert len(training_jobs_of(deployment, data)) == len(model_packages_of(deployment, dataset)) == 1
    assert [each["status"] for each in maps.of(data.job)] == ["SUCCEEDED"]
    assert eventually_quiet(deployment) == {}


def test_no_gpu_is_started_for_a_labeling_job_whose_images_close_the_gate(
    deployment: Deployment,
    workspace: Workspace,
    follow: Callable[..., Follower],
    unique: str,
    tmp_path: Path,
) -> None:
    data = boxes(f"Closed-{unique}", 3)
    put_labels(data, deployment)
    create_labeling_job(data, deployment)
    finish_labeling_job(data, deployment)
    message = follow(data, 2).messages[-1]
    assert "not trained" in message.subject
    [dataset] = datasets_of(deployment, data)
    assert not dataset.gate.open
    assert (
        differences(dataset, checked_here(data, deployment, workspace, tmp_path / "m.manifest"), deployment)
        == {}
    )
    assert training_jobs_of(deployment, data) == []
    assert eventually_quiet(deployment) == {}


@pytest.mark.drill
def test_each_faulty_mask_is_found_by_the_map(
    deployment: Deployment,
    workspace: Workspace,
    follow: Callable[..., Any],
    unique: str,
    tmp_path: Path,
) -> None:
    data = masks(f"Masks-{unique}", 3)
    put_images(data, deployment)
    upload_manifest(data, deployment)
    follow(data, 2)
    [dataset] = datasets_of(deployment, data)
    assert set(dataset.findings) >= OF_MASKS
    assert (
        differences(dataset, checked_here(data, deployment, workspace, tmp_path / "m.manifest"), deployment)
        == {}
    )
