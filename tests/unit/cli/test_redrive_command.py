"""One dead letter that cannot be sent does not keep the others where they are."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from groundtrain.aws import dead_letters
from groundtrain.cli.application import run
from tests.hostile import HOSTILE
from tests.mocked_aws import aws, clients
from tests.sagemaker_fake import REGION
from tests.unit.functions.pipeline import labeling_event

__all__ = ["aws", "clients"]
ERRORS = [
    RuntimeError("what nobody foresaw"),
    ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendMessage"),
]
STEPS = ("Convert", "StartTraining")
any_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


@pytest.fixture
def queues(aws, monkeypatch):
    """Dead letters and source queue of two steps, three letters in each, the second one odd."""
    outputs, made = {}, {}
    monkeypatch.setattr(aws.clients, "logs", boto3.client("logs", region_name=REGION), raising=False)
    for step in STEPS:
        dead, source = aws.queue(f"{step}-dead"), aws.queue(f"{step}-source")
        outputs |= {f"{step}DeadLettersUrl": dead, f"{step}QueueUrl": source}
        made[step] = dead, source
        for body in (event("a"), HOSTILE, event("c")):
            aws.clients.sqs.send_message(QueueUrl=dead, MessageBody=body)
    monkeypatch.setattr("groundtrain.aws.stack_outputs.outputs_of", lambda *_: outputs)
    return made


def event(name):
    return json.dumps(labeling_event(f"arn:aws:sagemaker:{REGION}:1:labeling-job/{name}"))


def bodies(aws, url):
    messages = aws.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return sorted(message["Body"] for message in messages)


def fails_for(monkeypatch, name, where, error):
    original = getattr(dead_letters, name)

    def call(*arguments):
        if where in str(arguments):
            raise error
        return original(*arguments)

    monkeypatch.setattr(dead_letters, name, call)


def test_all_are_sent_whatever_is_written_in_them(aws, queues, capsys):
    assert run(["redrive", "dev"]) == 0
    assert "6 dead letters sent on the way again." in capsys.readouterr().out
    assert all(len(bodies(aws, source)) == 3 for _, source in queues.values())


@any_error
def test_a_letter_that_cannot_be_sent_does_not_keep_the_others(aws, queues, monkeypatch, capsys, error):
    fails_for(monkeypatch, "redrive", "labeling-job/a", error)
    assert run(["redrive", "dev", "--format", "json"]) == 1
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert (len(document["dead_letters"]), document["sent"]) == (6, 4)
    assert {failure["step"] for failure in document["failed"]} == set(STEPS)
    assert str(error).split(":")[0].split("(")[0].strip() in shown.err or "was refused" in shown.err
    assert all(len(bodies(aws, source)) == 2 for _, source in queues.values())


@any_error
def test_a_queue_that_cannot_be_read_does_not_keep_the_others(aws, queues, monkeypatch, capsys, error):
    fails_for(monkeypatch, "receive", "Convert-dead", error)
    assert run(["redrive", "dev"]) == 1
    shown = capsys.readouterr()
    assert "3 dead letters sent on the way again." in shown.out
    assert "groundtrain: Convert: " in shown.err
    assert "Traceback" not in shown.err


@any_error
@pytest.mark.parametrize("name", ["_reasons_in_log", "subject_of"])
def test_a_letter_whose_reason_cannot_be_found_is_sent_all_the_same(
    aws, queues, monkeypatch, capsys, name, error
):
    def fail(*_):
        raise error

    monkeypatch.setattr(dead_letters, name, fail)
    assert run(["redrive", "dev"]) == 0
    assert "6 dead letters sent on the way again." in capsys.readouterr().out


@any_error
def test_what_was_only_to_be_listed_is_released_although_one_cannot_be(
    aws, queues, monkeypatch, capsys, error
):
    fails_for(monkeypatch, "release", "labeling-job/a", error)
    assert run(["redrive", "dev", "--dry-run"]) == 1
    assert all(len(bodies(aws, dead)) == 2 for dead, _ in queues.values())
