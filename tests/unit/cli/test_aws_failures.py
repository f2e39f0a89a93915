"""What AWS, or the way to it, refuses is a sentence with its fix, in whatever command it happens."""

import json
from types import SimpleNamespace

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProfileNotFound,
)

from groundtrain.aws import clients
from groundtrain.aws.aws_errors import refusal
from groundtrain.cli.application import run
from groundtrain.cli.commands.train import start_job
from tests.manifest_lines import good, manifest_of


def refused(code, message="", operation="HeadObject"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


FAILURES = [
    (NoCredentialsError(), "Unable to locate credentials", "AWS_PROFILE"),
    (NoRegionError(), "You must specify a region", "set AWS_DEFAULT_REGION"),
    (EndpointConnectionError(endpoint_url="https://s3"), "Could not connect", "check the network"),
    (ProfileNotFound(profile="mine"), "profile (mine) could not be found", "list-profiles"),
    (refused("400", "Bad Request"), "HeadObject was refused: Bad Request (400)", "session may have expired"),
    (refused("ExpiredToken", "It has expired"), "It has expired (ExpiredToken)", "sign in again"),
]
PLACE = ("--role", "arn:aws:iam::111122223333:role/r", "--models", "s3://mmm", "--datasets", "s3://ddd")
COMMANDS = [
    ("check", "s3://labels/a"),
    ("inspect", "s3://labels/a"),
    ("convert", "s3://labels/a", "--output", "out"),
    ("merge", "s3://labels/a", "--output", "out"),
    ("export", "s3-manifest", "s3://labels/a", "--output", "out"),
    ("check", "LOCAL", "--images", "list"),
    ("check", "LOCAL", "--images", "header"),
    ("train", "s3://labels/dataset/"),
    ("train", "LOCAL", *PLACE),
    ("publish", "LOCAL", "--settings", "dev.toml"),
    ("preflight", "--settings", "dev.toml"),
    ("redrive", "dev"),
]


@pytest.fixture
def failing(monkeypatch, tmp_path):
    """Every client, and every question for the region, fails with this error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dev.toml").write_text('region = "eu-west-1"\n[labeling]\nuploads = ["in/"]\n')
    clients.connect.cache_clear()

    def fail_with(error):
        def fail(*_, **__):
            raise error

        monkeypatch.setattr(clients.boto3, "client", fail)
        monkeypatch.setattr(clients.boto3, "Session", fail)

    yield fail_with
    clients.connect.cache_clear()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("error", "words", "fix"), FAILURES, ids=lambda value: type(value).__name__)
def test_a_failure_of_aws_is_a_sentence_with_its_fix(failing, capsys, tmp_path, arguments, error, words, fix):
    failing(error)
    local = str(manifest_of(tmp_path, *good(60)).path)
    code = run([local if argument == "LOCAL" else argument for argument in arguments])
    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert words in shown.err
    assert fix in shown.err


def test_a_failure_of_aws_is_a_json_document_when_that_is_wished(failing, capsys):
    failing(NoCredentialsError())
    assert run(["check", "s3://labels/a", "--format", "json"]) == 2
    shown = capsys.readouterr()
    error = json.loads(shown.out)["error"]
    assert error["message"] == "s3://labels/a: Unable to locate credentials"
    assert "AWS_PROFILE" in error["fix"]
    assert shown.err == ""


def test_an_environment_that_is_not_deployed_is_no_matter_of_options_of_train(monkeypatch, capsys):
    def describe_stacks(**_):
        raise refused("ValidationError", "Stack with id x does not exist", "DescribeStacks")

    there = SimpleNamespace(cloudformation=SimpleNamespace(describe_stacks=describe_stacks))
    monkeypatch.setattr(clients, "connect", lambda: there)
    assert run(["redrive", "nowhere"]) == 2
    told = capsys.readouterr().err
    assert "name a deployed environment" in told
    assert "--role" not in told


MEANT = [
    ("NoSuchBucket", "correct the bucket's name"),
    ("InvalidBucketName", "correct the bucket's name"),
    ("AccessDenied", "check what your credentials may do"),
    ("301", "in another region"),
    ("PermanentRedirect", "in another region"),
    ("ThrottlingException", "wait a minute"),
    ("SlowDown", "wait a minute"),
    ("InternalError", "wait a minute"),
    ("KMS.DisabledException", "the key"),
    ("ValidationException", "correct the value that it names"),
    ("RequestTimeTooSkewed", "set the clock"),
    ("InvalidToken", "sign in again"),
    ("SomethingNew", "see what AWS says"),
]


@pytest.mark.parametrize(("code", "fix"), MEANT)
def test_the_fix_belongs_to_the_error(code, fix):
    assert fix in refusal(refused(code, "no")).fix


def test_a_value_that_the_client_refuses_is_to_be_corrected():
    error = ParamValidationError(
        report="Invalid length for parameter RoleArn, value: 6, valid min length: 20"
    )
    told = refusal(error)
    assert "RoleArn" in told.message
    assert told.fix == "correct the value that it names"


def test_an_upload_that_is_refused_is_told_by_its_cause():
    try:
        try:
            raise refused("NoSuchBucket", "The specified bucket does not exist", "PutObject")
        except ClientError:
            raise S3UploadFailedError("Failed to upload a to b") from None
    except S3UploadFailedError as error:
        told = refusal(error, "s3://nosuch")
    assert told.message.startswith("s3://nosuch: PutObject was refused: The specified bucket does not exist")
    assert told.fix == "correct the bucket's name"


WRONG = [
    ("--role", "notarn", "is not the ARN of a role"),
    ("--role", "arn:aws:iam::1:user/x", "is not the ARN of a role"),
    ("--models", "s3://mm", "names no bucket that can exist"),
    ("--models", "s3://Models", "names no bucket that can exist"),
    ("--datasets", "s3://d_d", "names no bucket that can exist"),
]


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
@pytest.mark.parametrize(("option", "value", "words"), WRONG)
def test_what_cannot_be_is_seen_before_aws_is_asked(
    failing, capsys, tmp_path, monkeypatch, option, value, words, dry_run
):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    failing(AssertionError("AWS was asked"))
    for module in (clients, start_job):  # each knows it by a name of its own
        monkeypatch.setattr(module, "usual_region", lambda: "eu-west-1")
    local = str(manifest_of(tmp_path, *good(60)).path)
    assert run(["train", local, *PLACE, option, value, *dry_run]) == 2
    told = capsys.readouterr().err
    assert f'{option} "{value}" {words}' in told
    assert f"fix: write {option} " in told


@pytest.mark.parametrize("address", ["s3://ab/key", "s3://a b/key", "s3://a..b/key", "s3://-abc/key"])
def test_a_manifest_in_no_possible_bucket_is_seen_before_aws_is_asked(failing, capsys, address):
    failing(AssertionError("AWS was asked"))
    assert run(["check", address]) == 2
    shown = capsys.readouterr()
    assert "no bucket is named" in shown.out + shown.err
