"""Promises of `make destroy`: it says what goes and what stays, and deletes what was confirmed, no more."""

import json
import os
import re
import subprocess
from functools import cache
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sagemaker.models import sagemaker_backends

from stacks.commands import deployed_resources, destroy
from template_review.template_copies import ROOT
from tests.sagemaker_fake import ACCOUNT, REGION

STORAGE = {
    "Labeling1": ("AWS::S3::Bucket", "groundtrain-dev-storage-labeling1-x", "RetainExceptOnCreate"),
    "Key1": ("AWS::KMS::Key", "0123", "RetainExceptOnCreate"),
    "Policy1": ("AWS::S3::BucketPolicy", "policy", ""),
}
PIPELINE = {f"Queue{number}": ("AWS::SQS::Queue", f"queue{number}", "Delete") for number in range(3)}
DELETED = {"Labeling1": (*STORAGE["Labeling1"][:2], "Delete")}


@cache
def real_client(service, make=boto3.client):
    """Made once: each new client reads its service's model again."""
    return make(service, REGION, aws_access_key_id="test", aws_secret_access_key="test")


class CloudFormation:
    """Knows stacks by name, and answers as the real one; templates are objects, as boto3 gives JSON ones."""

    def __init__(self):
        self.stacks = {}

    def get_template(self, StackName):  # noqa: N803  as boto3 has it
        if StackName not in self.stacks:
            said = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": said}, "GetTemplate")
        resources = {
            name: {"Type": kind} | ({"DeletionPolicy": policy} if policy else {})
            for name, (kind, _, policy) in self.stacks[StackName].items()
        }
        return {"TemplateBody": {"Resources": resources}}

    def get_paginator(self, _):
        def paginate(StackName):  # noqa: N803  as boto3 has it
            summaries = [
                {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical}
                | {"ResourceStatus": "CREATE_COMPLETE"}
                for name, (kind, physical, _) in self.stacks[StackName].items()
            ]
            return [{"StackResourceSummaries": summaries}]

        return SimpleNamespace(paginate=paginate)


@pytest.fixture
def stacks(monkeypatch, tmp_path):
    """The stacks of an environment "dev", by name; nothing is deployed yet."""
    (tmp_path / "dev.toml").write_text(f'region = "{REGION}"\n', "utf-8")
    monkeypatch.setattr("stacks.environments.FOLDER", tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    cloudformation = CloudFormation()

    def client(service, region_name):
        return cloudformation if service == "cloudformation" else real_client(service)

    monkeypatch.setattr(deployed_resources.boto3, "client", client)
    with mock_aws():
        yield cloudformation.stacks


@pytest.fixture
def deployed(stacks):
    stacks |= {"groundtrain-dev-storage": STORAGE, "groundtrain-dev-pipeline": PIPELINE}
    return stacks


class Commands(list):
    """Command lines, and how `cdk list` answers."""

    code = 0
    listed = ("groundtrain-dev-storage", "groundtrain-dev-pipeline", "groundtrain-dev-monitoring")


@pytest.fixture
def ran(monkeypatch):
    """The CDK's command lines that were run to delete; `listed` are the stacks that it knows."""
    commands = Commands()

    def run(command, **_):
        if command == ["cdk", "list", "dev/*", "--json", "--long"]:
            stdout = json.dumps([{"id": name, "name": name} for name in commands.listed])
            return SimpleNamespace(returncode=commands.code, stdout=stdout)
        commands.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(destroy.subprocess, "run", run)
    return commands


@pytest.fixture
def said(ran, capsys):
    def said(*arguments):
        return (destroy.main(["dev", *arguments]), *capsys.readouterr())

    return said


def bucket_with(body):
    s3 = real_client("s3")
    name = STORAGE["Labeling1"][1]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for text in body:
        s3.put_object(Bucket=name, Key="a", Body=text)
    if body:
        s3.delete_object(Bucket=name, Key="a")
    return lambda: s3.list_object_versions(Bucket=name).get("Versions", [])


def start_job(name):
    real_client("sagemaker").create_training_job(
        TrainingJobName=name,
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/training",
        AlgorithmSpecification={"TrainingInputMode": "Pipe", "TrainingImage": "i"},
        OutputDataConfig={"S3OutputPath": "s3://models/"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )


@pytest.mark.usefixtures("deployed")
def test_without_a_confirmation_it_says_what_would_go_and_stay_and_deletes_nothing(said, ran):
    code, out, err = said()
    assert (code, ran) == (2, [])
    assert out == (
        f"dev, account {ACCOUNT}, {REGION}: groundtrain-dev-storage and groundtrain-dev-pipeline\n"
        "goes: SQS queue (3), S3 bucket policy (1)\n"
        "stays:\n"
        "  S3 bucket groundtrain-dev-storage-labeling1-x\n"
        "  KMS key 0123\n"
        "  model package group groundtrain-dev with its models, and the records of training jobs\n"
    )
    assert err == "groundtrain: nothing was deleted: confirm it: make destroy ENV=dev CONFIRM=dev\n"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("confirmed", ["prod", "yes", "DEV"])
def test_only_the_name_of_the_environment_confirms(said, ran, confirmed):
    assert said("--confirm", confirmed)[0] == 2
    assert ran == []


@pytest.mark.usefixtures("deployed")
def test_what_was_confirmed_is_deleted_by_the_cdk_for_this_environment_alone(said, ran):
    code, out, err = said("--confirm", "dev", "--verbose", "--ci")
    assert (code, err) == (0, "")
    assert ran == [["cdk", "destroy", "dev/*", "--force", "--verbose", "--ci"]]
    assert out.endswith('[labeling] buckets = ["groundtrain-dev-storage-labeling1-x"]\n')


def test_what_stays_is_what_the_deployed_template_keeps_whatever_the_settings_say(said, stacks):
    stacks["groundtrain-dev-storage"] = DELETED
    bucket_with([])
    assert "S3 bucket groundtrain" not in said()[1]


def test_a_bucket_that_is_not_empty_and_would_be_deleted_is_refused_before_anything_is(said, ran, stacks):
    stacks["groundtrain-dev-storage"] = DELETED
    versions = bucket_with(["one", "two"])
    code, out, err = said("--confirm", "dev")
    assert (code, ran) == (2, [])
    assert "not empty, and would be deleted: groundtrain-dev-storage-labeling1-x" in out
    assert "make destroy ENV=dev CONFIRM=dev EMPTY=yes" in err
    assert len(versions()) == 2


def test_it_is_emptied_with_every_version_when_that_is_asked_for_and_confirmed(said, ran, stacks):
    stacks["groundtrain-dev-storage"] = DELETED
    versions = bucket_with(["one", "two"])
    assert said("--empty")[0] == 2
    assert len(versions()) == 2
    code, out, _ = said("--empty", "--confirm", "dev")
    assert (code, len(ran)) == (0, 1)
    assert "emptied groundtrain-dev-storage-labeling1-x: 3 versions" in out
    assert versions() == []


@pytest.mark.usefixtures("deployed")
def test_a_bucket_that_stays_is_never_emptied(said):
    versions = bucket_with(["one"])
    assert said("--empty", "--confirm", "dev")[0] == 0
    assert len(versions()) == 1


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_a_training_job_that_is_under_way_is_waited_for(said, ran, status):
    start_job("groundtrain-dev-yard-0123456789")
    start_job("groundtrain-prod-yard-0123456789")
    for job in sagemaker_backends[ACCOUNT][REGION].training_jobs.values():
        job.training_job_status = status
    code, out, err = said("--confirm", "dev")
    assert (code, ran) == (2, [])
    assert "under way, and without a role for what they write: groundtrain-dev-yard-0123456789\n" in out
    assert "1 training job would be left without a role" in err


@pytest.mark.usefixtures("stacks")
def test_nothing_to_destroy_is_told_with_where_it_was_looked_for(said, ran):
    code, out, err = said("--confirm", "dev")
    assert (code, out, ran) == (2, "", [])
    assert f"nothing of dev is deployed in account {ACCOUNT} and {REGION}" in err


@pytest.mark.usefixtures("deployed")
def test_a_refusal_of_aws_is_a_sentence(said, ran, monkeypatch):
    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetTemplate")

    monkeypatch.setattr(CloudFormation, "get_template", lambda _, **__: refuse())
    code, _, err = said("--confirm", "dev")
    assert (code, ran) == (2, [])
    assert "GetTemplate was refused: no (AccessDenied)" in err


def test_a_template_may_come_as_text():
    text = json.dumps({"Resources": {"A": {"DeletionPolicy": "Retain"}, "B": {}}})
    assert deployed_resources._deletion_policies(text) == {"A": "Retain", "B": ""}


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "options",
    [["prod/*"], ["--all"], ["--profile", "other"], ["--app", "out"], ["--verbose=x"], ["--", "prod/*"]],
)
def test_what_could_delete_more_or_elsewhere_is_not_passed_on(said, ran, options):
    code, out, err = said("--confirm", "dev", *options)
    assert (code, out, ran) == (2, "", [])
    assert options[-1] in err


def test_credentials_of_another_account_than_the_settings_name_delete_nothing(said, ran, stacks, tmp_path):
    stacks["groundtrain-dev-storage"] = DELETED
    versions = bucket_with(["one"])
    (tmp_path / "dev.toml").write_text(f'region = "{REGION}"\naccount = "999999999999"\n', "utf-8")
    code, _, err = said("--empty", "--confirm", "dev")
    assert (code, ran, len(versions())) == (2, [], 1)
    assert f"the credentials are those of account {ACCOUNT}, and dev is of 999999999999" in err


@pytest.mark.parametrize(
    ("code", "listed", "reason"),
    [
        (1, (), "cdk list ended with code 1"),
        (0, ("groundtrain-dev-pipeline",), "does not know groundtrain-dev-storage"),
    ],
)
def test_what_the_cdk_could_not_delete_is_not_emptied(said, ran, stacks, code, listed, reason):
    stacks["groundtrain-dev-storage"] = DELETED
    versions = bucket_with(["one"])
    ran.code, ran.listed = code, listed
    assert reason in said("--empty", "--confirm", "dev")[2]
    assert (ran, len(versions())) == ([], 1)


@pytest.mark.parametrize("name", ["groundtrain-dev-storage-labeling1-gone", ""])
def test_a_bucket_that_is_not_there_is_in_nobodys_way(said, ran, stacks, name):
    stacks["groundtrain-dev-storage"] = {"Labeling1": ("AWS::S3::Bucket", name, "Delete")}
    assert said("--confirm", "dev")[0] == 0
    assert len(ran) == 1


@pytest.mark.parametrize(
    ("said", "exported", "passed"),
    [
        ([], {}, ""),
        (["CONFIRM=dev"], {}, '--confirm "dev"'),
        (["CONFIRM=dev", "EMPTY=yes"], {}, '--confirm "dev" --empty'),
        (["CONFIRM=dev", "EMPTY=no"], {}, '--confirm "dev"'),
        (["CONFIRM=dev", "EMPTY=no yes"], {}, '--confirm "dev"'),
        (["CONFIRM=dev", "EMPTY="], {}, '--confirm "dev"'),
        (["CONFIRM=dev"], {"EMPTY": "yes"}, '--confirm "dev"'),
        ([], {"CONFIRM": "dev", "EMPTY": "yes"}, ""),
        (["OPTIONS=--profile=a"], {}, "--profile=a"),
        ([], {"OPTIONS": "--confirm dev"}, ""),
    ],
)
def test_make_destroy_passes_on_what_is_said_in_the_call_itself(said, exported, passed):
    [recipe] = re.findall(r"^destroy:.*\n\t@(.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    [meaning] = re.findall(r"^said = .*", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "-f", "-", *said],
        input=f"ENV = dev\n{meaning}\ndestroy:\n\t{recipe}\n",
        env={"PATH": os.environ["PATH"], **exported},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["python", "-m", "stacks.commands.destroy", '"dev"', *passed.split()]
