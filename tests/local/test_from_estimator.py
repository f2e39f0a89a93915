"""The blocks of docs/from-estimator-to-groundtrain.md, run against the embedded AWS."""

import json
import shlex
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from groundtrain.aws.clients import connect
from groundtrain.cli.application import run as groundtrain
from groundtrain.rules.example_manifests import boxes, several
from local.embedded_aws import EmbeddedAws
from tests.contract.conftest import sdk
from tests.contract.test_from_estimator_document import COMMAND, V1, V3, Estimator, run, s3_input
from tests.waiting import eventually

__all__ = ["sdk"]

ACCOUNT = "111122223333"  # the one the document names
ROOT = Path(__file__).parents[2]
LINES = several(
    *(
        boxes(1, (n % 2, 10, 20, 30, 40), names={str(n % 2): "ab"[n % 2]}, source=f"s3://yard/{n}.jpg")
        for n in range(300)
    )
)


@pytest.fixture
def sagemaker(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The account of the document, as a notebook or a shell is pointed at it."""
    for name, value in (aws.settings() | {"AWS_ACCESS_KEY_ID": ACCOUNT}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SAGEMAKER_VALIDATE_ROLE", "")  # a block sets it; taken back after the test
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    connect.cache_clear()
    furnish()
    yield boto3.Session().client("sagemaker")
    connect.cache_clear()


def furnish() -> None:
    """Role, buckets, images, and both manifests of the document; once."""
    iam, s3 = boto3.client("iam"), boto3.client("s3")
    if any(bucket["Name"] == "yard" for bucket in s3.list_buckets()["Buckets"]):
        return
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="train", AssumeRolePolicyDocument=document)
    allowed = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="train", PolicyName="all", PolicyDocument=policy)
    for bucket in ("yard", "datasets", "models"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for name in ("train", "validation"):
        s3.put_object(Bucket="datasets", Key=f"pallets-07/{name}.manifest", Body=LINES.encode())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: s3.put_object(Bucket="yard", Key=f"{n}.jpg", Body=b"jpg"), range(300)))


def ended(sagemaker: Any) -> dict[str, Any]:
    """The newest job, once it has ended."""
    (newest, *_) = sagemaker.list_training_jobs(SortBy="CreationTime")["TrainingJobSummaries"]

    def job() -> dict[str, Any] | None:
        job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=newest["TrainingJobName"])
        return job if job["TrainingJobStatus"] != "InProgress" else None

    found = eventually(job)
    assert found is not None, f"{newest['TrainingJobName']} did not end"
    return found


def test_the_page_of_2018_trains(sagemaker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    package, estimator, session = (
        types.ModuleType(f"sagemaker{end}") for end in ("", ".estimator", ".session")
    )
    package.estimator, package.session = estimator, session
    estimator.Estimator, session.s3_input = Estimator, s3_input
    for module in (package, estimator, session):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    run(V1)
    assert ended(sagemaker)["TrainingJobStatus"] == "Completed"


def test_the_page_of_today_trains(sagemaker: Any, sdk: Any) -> None:
    run(V3)
    assert ended(sagemaker)["TrainingJobStatus"] == "Completed"


def test_the_command_trains_once(
    sagemaker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = tmp_path / "output.manifest"
    manifest.write_text(LINES)
    program, *arguments = shlex.split(COMMAND.replace("output.manifest", str(manifest)))
    assert program == "groundtrain"
    monkeypatch.chdir(ROOT)
    assert groundtrain([*arguments, "--wait"]) == 0
    said = capsys.readouterr().out
    assert "Completed" in said
    assert "validation:mAP" in said
    job = ended(sagemaker)
    assert job["ResourceConfig"]["InstanceType"] == "ml.p3.2xlarge"
    assert groundtrain(arguments) == 0
    assert "had been started before" in capsys.readouterr().out
    assert groundtrain([*arguments, "--via", "sdk", "--attempt", "1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["new"]
    assert ended(sagemaker)["TrainingJobName"] == f"{job['TrainingJobName']}-a1"
