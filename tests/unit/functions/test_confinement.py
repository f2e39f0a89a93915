"""What a manifest or a job says leads to no bucket but the environment's own, and into no log or event."""

import io
import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groundtrain.observability import logger
from groundtrain.settings.dataset_settings import Gate
from tests.mocked_aws import mocked_aws
from tests.permissions.recording import recorded
from tests.sagemaker_fake import ACCOUNT, REGION
from tests.unit.functions.pipeline import (
    Pipeline,
    finish_labeling_job,
    labeled_line,
    labeling_event,
    training_event,
)

ELSEWHERE = "someone-elses-bucket"
SECRET = "CUSTOMER-DATA-7f3a"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40)  # moto fails at the rest
PLACES = {"labels": "", "datasets": ("datasets/Pallets-07/", "messages/")}


def convert(pipeline, *lines):
    """Convert a manifest of these lines behind some good ones; the calls that were made."""
    calls = []
    pipeline.around = partial(recorded, pipeline.aws.clients, calls)
    manifest = "".join(f"{line}\n" for line in [*(labeled_line(n) for n in range(6)), *lines])
    pipeline.convert(labeling_event(finish_labeling_job(pipeline.aws, lines=6, manifest=manifest)))
    return calls


def asked(calls):
    return {call.parameters["Bucket"] for call in calls if call.service == "s3"}


def test_no_bucket_is_asked_that_the_environment_does_not_name(aws, pipeline):
    calls = convert(pipeline, *(labeled_line(n, bucket=ELSEWHERE) for n in range(300)))
    assert asked(calls) <= set(PLACES)
    (mail,) = aws.mails()
    assert f'"{ELSEWHERE}", which the environment does not name' in mail["Message"]
    assert aws.events() == []


@given(addresses=st.lists(TEXT.map("s3://".__add__) | TEXT, max_size=4))
@settings(max_examples=12)
def test_whatever_a_manifest_names_only_the_environments_buckets_are_asked(clients, addresses):
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        lines = [{**json.loads(labeled_line(0)), "source-ref": address} for address in addresses]
        calls = convert(Pipeline(aws, patch), *map(json.dumps, lines))
        assert asked(calls) <= set(PLACES)


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20))
@settings(max_examples=12)
def test_whatever_a_manifest_says_objects_are_written_to_the_datasets_folder_only(clients, name):
    with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
        line = json.loads(labeled_line(0, class_name=name))
        hostile = {**line, "source-ref": f"s3://labels/../{name}", f"../{name}": name}
        calls = convert(Pipeline(aws, patch), json.dumps(hostile))
        written = [c.parameters for c in calls if c.operation in ("PutObject", "CreateMultipartUpload")]
        assert written
        assert {it["Bucket"] for it in written} == {"datasets"}
        assert all(it["Key"].startswith(PLACES["datasets"]) for it in written)
        assert not [it for it in written if ".." in it["Key"]]


def test_a_training_job_that_read_elsewhere_leads_nowhere(aws, pipeline):
    name = "groundtrain-test-planted-0123456789"
    aws.clients.sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingInputMode": "Pipe", "TrainingImage": "image"},
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/training",
        InputDataConfig=[
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "AugmentedManifestFile",
                        "S3Uri": f"s3://{ELSEWHERE}/datasets/x/train.manifest",
                    }
                },
            }
        ],
        OutputDataConfig={"S3OutputPath": "s3://models/"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    aws.sagemaker.end_training_job(name, "Completed")
    calls = []
    pipeline.around = partial(recorded, aws.clients, calls)
    pipeline.record(training_event(name))
    assert asked(calls) <= {"datasets"}


@pytest.fixture
def logged(capsys, monkeypatch):
    """All that the functions write: log lines and metrics."""
    log = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", log)
    return lambda: log.getvalue() + capsys.readouterr().out


def secret_lines():
    good = {**json.loads(labeled_line(0, class_name=SECRET)), "source-ref": f"s3://labels/{SECRET}.jpg"}
    faulty = {**good, "source-ref": f"https://{SECRET}", "note": SECRET}
    failed = {**good, "boxes-metadata": {**good["boxes-metadata"], "failure-reason": SECRET}}
    return [*map(json.dumps, (good, faulty, failed)), SECRET]


@pytest.mark.parametrize("strict", [False, True], ids=["gate open", "gate closed"])
def test_nothing_that_a_manifest_says_is_logged(aws, pipeline, logged, strict):
    gate = Gate(
        max_rejected=0.9,
        min_records=4,
        min_records_per_class=3 if strict else 0,
        classes_in_both_splits=strict,
    )
    pipeline.settings = replace(pipeline.settings, gate=gate)
    aws.put(f"{SECRET}.jpg", b"jpeg")
    convert(pipeline, *secret_lines())
    pipeline.start(*aws.events())
    output = logged()
    assert f'"gate":"{"closed" if strict else "open"}"' in output
    assert SECRET not in output


def test_nothing_that_a_manifest_says_is_in_an_event(aws, pipeline):
    aws.put(f"{SECRET}.jpg", b"jpeg")
    convert(pipeline, *secret_lines())
    (event,) = aws.events()
    assert event["detail"].keys() == {"environment", "labeling_job", "dataset_id", "dataset"}
    assert SECRET not in json.dumps(event)


def test_no_event_of_the_functions_is_logged(aws, pipeline, logged):
    marked = {**labeling_event(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/x"), "account": SECRET}
    pipeline.convert(marked)
    output = logged()
    assert "no labeling job" in output
    assert SECRET not in output
