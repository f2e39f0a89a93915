"""One embedded AWS for the whole session; tests use names of their own."""

import hashlib
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws, embedded_aws
from tests.local.deployment import deployment, follow, job, listener, scenes, workspace

__all__ = ["deployment", "follow", "job", "listener", "scenes", "workspace"]
REGION = "eu-west-1"
SUMMING = "000000000000.dkr.ecr.eu-west-1.amazonaws.com/summing:1"
PROGRAMS = {SUMMING: (sys.executable, str(Path(__file__).parent / "programs" / "summing.py"))}

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    log = tmp_path_factory.mktemp("aws") / "aws.log"
    with embedded_aws(region=REGION, log=log, training_seconds=0.6, programs=PROGRAMS) as running:
        yield running


@pytest.fixture(scope="session")
def sagemaker(aws: EmbeddedAws) -> Any:
    return aws.client("sagemaker")


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    """A name that no other test has, and the same in every run."""
    return f"t{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:10]}"


@pytest.fixture
def events(aws: EmbeddedAws, unique: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Every event of SageMaker from now on: call it for those that have arrived since the last call."""
    with events_matching({"source": ["aws.sagemaker"]}, unique, aws) as received:
        yield received


@contextmanager
def events_matching(
    pattern: dict[str, Any], name: str, aws: EmbeddedAws
) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Events that match, by a rule and a queue of this name: call it for those since the last call."""
    sqs, bus = aws.client("sqs"), aws.client("events")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name=name, EventPattern=json.dumps(pattern))
    bus.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

    def received() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    try:
        yield received
    finally:
        bus.remove_targets(Rule=name, Ids=["queue"])
        bus.delete_rule(Name=name)


@pytest.fixture(scope="session")
def training_role(aws: EmbeddedAws) -> str:
    """A role SageMaker may assume, with all of S3."""
    return make_role(aws, "trainer", "sagemaker.amazonaws.com", ["s3:*"])


def make_role(
    aws: EmbeddedAws, name: str, service: str, actions: list[str], resources: Sequence[str] = ("*",)
) -> str:
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": actions, "Resource": [*resources]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy)
    return str(arn)


def labeling_job_request(name: str, bucket: str = "labels") -> dict[str, Any]:
    lambda_arn = "arn:aws:lambda:eu-west-1:568282634449:function:"
    return {
        "LabelingJobName": name,
        "LabelAttributeName": "boxes",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{bucket}/input.manifest"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{bucket}/output/"},
        "RoleArn": "arn:aws:iam::000000000000:role/labeling-role",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:000000000000:workteam/private-crowd/us",
            "UiConfig": {"UiTemplateS3Uri": f"s3://{bucket}/template.liquid"},
            "PreHumanTaskLambdaArn": f"{lambda_arn}PRE-BoundingBox",
            "TaskTitle": "Boxes",
            "TaskDescription": "Draw boxes",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 300,
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{lambda_arn}ACS-BoundingBox"
            },
        },
    }
