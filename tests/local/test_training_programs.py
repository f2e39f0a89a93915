"""The embedded SageMaker trains where it has a program for the image of a request."""

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from groundtrain.errors import GroundtrainError
from local.embedded_aws import EmbeddedAws
from local.sagemaker.programs import as_options, parse_programs
from tests.local.conftest import SUMMING, make_role
from tests.local.test_training_jobs import channel, wait_for_end
from tests.waiting import eventually

Request = Callable[..., dict[str, Any]]
SIZES = (100, 2000, 30)


@pytest.fixture
def request_for(aws: EmbeddedAws, unique: str, training_role: str) -> Request:
    """A request for the summing program over three images of its own."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region})
    lines = []
    for size in SIZES:
        s3.put_object(Bucket=unique, Key=f"{size}.jpg", Body=b"x" * size)
        lines.append(json.dumps({"source-ref": f"s3://{unique}/{size}.jpg", "boxes": {"annotations": []}}))
    s3.put_object(Bucket=unique, Key="train.manifest", Body="\n".join(lines).encode())

    def request(then: str, epochs: int = 3, seconds: int = 3600) -> dict[str, Any]:
        return {
            "TrainingJobName": unique,
            "RoleArn": training_role,
            "AlgorithmSpecification": {
                "TrainingImage": SUMMING,
                "TrainingInputMode": "Pipe",
                "MetricDefinitions": [
                    {"Name": "sum", "Regex": "sum=([0-9]+)"},
                    {"Name": "waiting", "Regex": "waiting=([0-9]+)"},
                ],
            },
            "HyperParameters": {"epochs": str(epochs), "then": then},
            "InputDataConfig": [{**channel(unique), "RecordWrapperType": "RecordIO"}],
            "OutputDataConfig": {"S3OutputPath": f"s3://{unique}/training/"},
            "CheckpointConfig": {"S3Uri": f"s3://{unique}/checkpoints/"},
            "ResourceConfig": {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
            "StoppingCondition": {"MaxRuntimeInSeconds": seconds},
        }

    return request


def model_of(aws: EmbeddedAws, job: dict[str, Any]) -> dict[str, Any]:
    """The JSON files of the job's model, by name."""
    bucket, _, key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://").partition("/")
    content = io.BytesIO(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    with tarfile.open(fileobj=content) as archive:
        files = {one.name.lstrip("./"): archive.extractfile(one) for one in archive if one.isfile()}
        return {name: json.load(file) for name, file in files.items() if file}


def metrics_of(job: dict[str, Any]) -> dict[str, float]:
    return {one["MetricName"]: one["Value"] for one in job["FinalMetricDataList"]}


def test_a_job_trains_and_leaves_the_programs_model_and_metrics(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    sagemaker.create_training_job(**request_for("complete"))
    job = wait_for_end(sagemaker, unique)
    assert job["TrainingJobStatus"] == "Completed"
    assert metrics_of(job) == {"sum": 3 * sum(SIZES)}
    assert model_of(aws, job) == {"sum.json": 3 * sum(SIZES)}
    assert not any("emulated" in one["StatusMessage"] for one in job["SecondaryStatusTransitions"])


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("fail", "AlgorithmError: the images are too small, exit code: 3"),
        ("crash", "AlgorithmError: , exit code: 3"),
    ],
)
def test_a_program_that_fails_gives_the_reason(
    sagemaker: Any, unique: str, request_for: Request, then: str, reason: str
) -> None:
    sagemaker.create_training_job(**request_for(then))
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", reason)


def test_a_role_that_may_not_read_an_image_fails_the_job(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    readable = [f"arn:aws:s3:::{unique}", f"arn:aws:s3:::{unique}/train.manifest"]
    role = make_role(aws, unique, "sagemaker.amazonaws.com", ["s3:*"], readable)
    sagemaker.create_training_job(**{**request_for("complete"), "RoleArn": role})
    job = wait_for_end(sagemaker, unique)
    assert job["TrainingJobStatus"] == "Failed"
    assert f"s3://{unique}/{SIZES[0]}.jpg" in job["FailureReason"]


def test_a_stopped_job_keeps_the_model_that_the_program_saves_on_request(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    sagemaker.create_training_job(**request_for("wait"))
    _wait_for_metric(sagemaker, unique, "waiting")
    sagemaker.stop_training_job(TrainingJobName=unique)
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert model_of(aws, job) == {"sum.json": 3 * sum(SIZES)}


def test_a_job_that_runs_too_long_is_stopped_and_keeps_its_model(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    sagemaker.create_training_job(**request_for("wait", seconds=4))
    job = wait_for_end(sagemaker, unique)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_a_job_that_loses_its_spot_machine_goes_on_from_the_checkpoint_to_the_same_result(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    aws.control("LocalNextTrainingOutcome", TrainingJobName=unique, Outcome="Interrupted")
    sagemaker.create_training_job(**request_for("complete", epochs=40))
    job = wait_for_end(sagemaker, unique)
    assert "Interrupted" in [one["Status"] for one in job["SecondaryStatusTransitions"]]
    assert model_of(aws, job) == {"sum.json": 40 * sum(SIZES)}


def test_nothing_that_a_program_has_started_stays_behind(
    aws: EmbeddedAws, sagemaker: Any, unique: str, request_for: Request
) -> None:
    sagemaker.create_training_job(**request_for("wait"))
    _wait_for_metric(sagemaker, unique, "waiting")
    assert _sleepers(aws)
    sagemaker.stop_training_job(TrainingJobName=unique)
    wait_for_end(sagemaker, unique)
    assert not _sleepers(aws)


def test_a_program_is_told_as_it_is_parsed() -> None:
    programs = {"image:1": ("python", "a file.py", "--x=1")}
    assert parse_programs(as_options(programs)[1::2]) == programs


@pytest.mark.parametrize("text", ["image", "image=", "=python", "image='python"])
def test_a_program_without_image_or_command_is_refused(text: str) -> None:
    with pytest.raises(GroundtrainError, match="is not IMAGE=COMMAND"):
        parse_programs([text])


def _wait_for_metric(sagemaker: Any, name: str, metric: str) -> None:
    def told() -> bool:
        job = sagemaker.describe_training_job(TrainingJobName=name)
        return metric in metrics_of({"FinalMetricDataList": [], **job})

    assert eventually(told), "the program did not come so far"


def _sleepers(aws: EmbeddedAws) -> list[int]:
    """Processes that programs of this embedded AWS started and that still run."""
    children = psutil.Process(aws.process.pid).children(recursive=True)
    return [one.pid for one in children if one.name() == "sleep"]
