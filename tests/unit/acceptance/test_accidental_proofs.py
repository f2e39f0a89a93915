"""What looks like a proof and is none: a refusal for another reason, a list that is full of earlier runs."""

import re
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from stacks.acceptance.__main__ import ASKED
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.settings import write_settings
from stacks.acceptance.steps.bucket_policies import refuse_plain_http
from stacks.acceptance.steps.training_jobs import StepFailedError, Trained, both_events_again

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListObjectsV2")
SEED, MOST = "0a1b2c", 10  # that ListTrainingJobs gives, unless asked for more


class Bucket:
    """A bucket that lists nothing, or refuses to."""

    def __init__(self, refuses: bool) -> None:
        self.refuses = refuses

    def list_objects_v2(self, **_):
        if self.refuses:
            raise DENIED
        return {}


def test_a_bucket_that_refuses_us_over_https_too_proves_nothing_of_http(monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *_, **__: Bucket(refuses=True))
    situation = SimpleNamespace(
        region="eu-west-1", services=lambda _: Bucket(refuses=True), output=lambda _: "b"
    )
    with pytest.raises(ClientError):
        refuse_plain_http(situation)
    situation.services = lambda _: Bucket(refuses=False)
    assert refuse_plain_http(situation).faults == ()


def test_a_bucket_that_cloudformation_lists_as_deleted_is_no_bucket_that_is_there():
    bucket = {"ResourceType": "AWS::S3::Bucket", "LogicalResourceId": "Labeling"}
    states = {"gone": "DELETE_COMPLETE", "there": "CREATE_COMPLETE"}
    listed = [{**bucket, "PhysicalResourceId": it, "ResourceStatus": states[it]} for it in states]
    pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": listed}])
    situation = SimpleNamespace(services=lambda _: SimpleNamespace(get_paginator=lambda _: pages))
    assert set(AcceptanceRun.resources(situation, "AWS::S3::Bucket")) == {"there"}


class Jobs:
    """Records of earlier runs, which SageMaker keeps; an event that comes again starts a second job."""

    def __init__(self) -> None:
        self.bus_says = {}
        self.names = [
            *(f"groundtrain-acceptance-texts-{n:06x}-0123456789" for n in range(MOST)),
            f"groundtrain-acceptance-texts-{SEED}-0123456789",
        ]

    def list_training_jobs(self, NameContains):  # noqa: N803  boto3's
        found = [{"TrainingJobName": name} for name in self.names if NameContains in name]
        return {"TrainingJobSummaries": found[:MOST]}

    def list_model_packages(self, **_):
        return {"ModelPackageSummaryList": []}

    def describe_training_job(self, **_):
        return {"TrainingJobArn": f"arn:aws:sagemaker:eu-west-1:111122223333:training-job/{self.names[-1]}"}

    def put_events(self, **_):
        self.names.append(f"groundtrain-acceptance-texts-{SEED}-0123456789-a1")
        return {"Entries": [self.bus_says]}

    def get_queue_attributes(self, **_):
        return {"Attributes": {"ApproximateNumberOfMessages": "0"}}

    def send_message(self, **_):
        pass


def situation_with(jobs, tmp_path):
    environment = write_settings(tmp_path, "111122223333", "eu-west-1", SEED)
    return SimpleNamespace(
        services=lambda _: jobs,
        environment=environment,
        seed=SEED,
        emulator="here",
        output=lambda name: name,
        subscriptions=SimpleNamespace(messages=[], listen=lambda _: None),
        done={"trained": Trained(jobs.names[-1], {}, "validation:accuracy")},
    )


def test_a_second_job_is_seen_among_the_records_of_earlier_runs(tmp_path):
    faults = both_events_again(situation_with(Jobs(), tmp_path)).faults
    assert faults == ("training jobs: 2 after 1",)


def test_an_event_that_the_bus_does_not_take_proves_nothing_of_its_coming_again(tmp_path):
    jobs = Jobs()
    jobs.bus_says = {"ErrorCode": "InternalFailure", "ErrorMessage": "no"}
    with pytest.raises(StepFailedError, match="InternalFailure"):
        both_events_again(situation_with(jobs, tmp_path))


def test_the_endpoint_of_every_service_that_a_step_asks_is_looked_at():
    folder = Path(__file__).parents[3] / "stacks" / "acceptance"
    texts = [file.read_text("utf-8") for file in folder.rglob("*.py")]
    asked = {name for text in texts for name in re.findall(r'(?:services|client)\(\s*"([a-z0-9-]+)"', text)}
    assert {"events", "accessanalyzer"} <= asked <= set(ASKED)
