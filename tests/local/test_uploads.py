"""A manifest that is put into S3, the whole way."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from local.demo.deployed_stage import Deployment
from local.demo.event_listener import Listener, Message
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData
from local.demo.labels_in_s3 import upload_manifest
from tests.local.deployment import (
    datasets_of,
    eventually_quiet,
    forbidden,
    model_packages_of,
    needs_cdk,
    training_jobs_of,
)
from tests.local.test_end_to_end import deaf, deployed_long_ago, sweep
from tests.local.test_operations import redrive, told
from tests.waiting import eventually

__all__ = ["deployed_long_ago", "redrive", "told"]


@pytest.fixture
def data(scenes: LabeledData, unique: str) -> LabeledData:
    """The street scenes under a name of their own; their images are there."""
    return replace(scenes, job=f"Put-{unique}", uploads=(), buckets=())


@needs_cdk
def test_an_uploaded_manifest_becomes_a_registered_model(
    deployment: Deployment, data: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    key = upload_manifest(data, deployment)
    follower = follow(data)
    [dataset] = datasets_of(deployment, data)
    assert (dataset.source.records, dataset.rejected, dataset.is_of_upload) == (61, 5, True)
    [package] = model_packages_of(deployment, dataset)
    assert package["CustomerMetadataProperties"]["manifest"] == f"s3://{deployment.labeling_bucket}/{key}"
    [message] = follower.messages
    assert f"{key}: a new model waits for approval" in message.subject
    assert "labeling job" not in message.message.lower()
    assert eventually_quiet(deployment) == {}


@needs_cdk
def test_the_same_bytes_put_there_three_times_have_one_effect(
    deployment: Deployment, data: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    for _ in range(3):
        upload_manifest(data, deployment)
    follow(data)
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, data)
    assert len(training_jobs_of(deployment, data)) == 1
    assert len(model_packages_of(deployment, dataset)) == 1


@needs_cdk
def test_other_bytes_under_the_same_key_are_another_dataset_and_another_model(
    deployment: Deployment, data: LabeledData, follow: Callable[..., Follower]
) -> None:
    upload_manifest(data, deployment)
    lines = data.manifest.splitlines(keepends=True)
    upload_manifest(replace(data, manifest=b"".join(lines[:-1])), deployment)
    follow(data, 2)
    assert eventually_quiet(deployment) == {}
    found = datasets_of(deployment, data)
    assert sorted(dataset.source.records for dataset in found) == [60, 61]
    assert [len(model_packages_of(deployment, dataset)) for dataset in found] == [1, 1]


@needs_cdk
def test_what_is_no_manifest_starts_nothing(
    deployment: Deployment, listener: Listener, data: LabeledData
) -> None:
    list(listener.messages())
    s3 = deployment.aws.client("s3")
    for key in (f"manifests/{data.job}.json", f"elsewhere/{data.job}.manifest"):
        s3.put_object(Bucket=deployment.labeling_bucket, Key=key, Body=data.manifest)
    assert eventually_quiet(deployment) == {}
    assert datasets_of(deployment, data) == []
    assert list(listener.messages()) == []


@needs_cdk
@pytest.mark.usefixtures("deployed_long_ago")
def test_a_lost_event_of_an_upload_is_found_by_the_sweep(
    deployment: Deployment, data: LabeledData, follow: Callable[[LabeledData], Follower]
) -> None:
    with deaf(deployment, "ConvertUploads"):
        upload_manifest(data, deployment)
        assert eventually_quiet(deployment) == {}
    assert datasets_of(deployment, data) == []
    with without_grace(deployment):
        sweep(deployment)
        assert "a new model waits for approval" in follow(data).messages[0].subject
        sweep(deployment)
    assert eventually_quiet(deployment) == {}
    [dataset] = datasets_of(deployment, data)
    assert len(training_jobs_of(deployment, data)) == len(model_packages_of(deployment, dataset)) == 1


@needs_cdk
def test_an_upload_that_may_not_be_read_is_named_and_read_when_it_is_sent_again(
    deployment: Deployment,
    data: LabeledData,
    redrive: Callable[..., Any],
    told: Callable[..., Message],
    follow: Callable[[LabeledData], Follower],
) -> None:
    manifests = f"arn:aws:s3:::{deployment.labeling_bucket}/manifests/*"
    with forbidden(deployment, "Convert", "s3:GetObject", "s3:GetObjectVersion", resource=manifests):
        key = upload_manifest(data, deployment)
        address = f"s3://{deployment.labeling_bucket}/{key}"
        assert f"The event is about {address}" in told("cannot go on", data.job).message
        listed = eventually(lambda: (found := redrive("--dry-run"))["dead_letters"] and found)
    [letter] = listed["dead_letters"]
    assert (letter["step"], letter["job"]) == ("Convert", address)
    assert "is denied" in letter["reason"]
    assert redrive()["sent"] == 1
    assert "a new model waits for approval" in follow(data).messages[0].subject


@contextmanager
def without_grace(deployment: Deployment) -> Iterator[None]:
    """The sweep looks at what was put there a moment ago, too; nobody can change when that was."""
    functions = deployment.aws.client("lambda")
    [sweep] = [f for f in functions.list_functions()["Functions"] if f["Handler"].startswith("sweep.")]
    name, variables = sweep["FunctionName"], sweep["Environment"]["Variables"]
    settings = json.loads(variables["GROUNDTRAIN_SETTINGS"])
    settings["sweep"]["grace"] = "1s"
    changed = {**variables, "GROUNDTRAIN_SETTINGS": json.dumps(settings)}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": changed})
    time.sleep(1)
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
