"""One poisonous thing in a loop over things from outside: the others are done, it is told, and it alarms."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from msgspec.structs import replace

from groundtrain.aws import s3 as objects
from groundtrain.aws.sagemaker import labeling_jobs, model_packages, training_jobs
from groundtrain.aws.sagemaker.model_packages import Registered
from groundtrain.dataset.description import dump_dataset, parse_dataset
from groundtrain.errors import NotReadyError
from groundtrain.pipeline.collected_failures import Failures, SomeFailedError
from groundtrain.pipeline.delivery import Step, process_messages
from groundtrain.pipeline.start_training_once import prepare
from groundtrain.pipeline.triggers import labeling_job
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER_ADDRESS, KEYS, a_dataset
from tests.hostile import HOSTILE, LONG
from tests.mocked_aws import ROLE
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event
from tests.unit.functions.test_start_training import ready
from tests.unit.functions.test_sweep_training_jobs import train

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
ERRORS = [
    RuntimeError("what nobody foresaw"),
    KeyError("GT999"),
    RecursionError(),
    ClientError({"Error": {"Code": "400", "Message": "Bad Request"}}, "HeadObject"),
    ClientError({"Error": {"Code": "301", "Message": "Moved"}}, "HeadObject"),
    ClientError({"Error": {"Code": "KMS.DisabledException", "Message": "disabled"}}, "GetObject"),
    EndpointConnectionError(endpoint_url="https://s3"),
]
any_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


def failing_for(name, error, original):
    """The function, which fails where one of its arguments has this name."""

    def call(*arguments, **more):
        if any(name in str(argument) for argument in (*arguments, *more.values())):
            raise error
        return original(*arguments, **more)

    return call


def queued(aws, pipeline, queue="convert_manifest"):
    found = aws.receive(pipeline.queues[queue])
    return sorted(message["resources"][0].rpartition("/")[2] for message in found)


@pytest.fixture
def three_jobs(aws):
    for name in ("a-good", "b-bad", "c-good"):
        finish_labeling_job(aws, name, lines=1, at=YESTERDAY)


@any_error
@pytest.mark.parametrize(
    "place",
    [
        (labeling_jobs, "describe", "b-bad"),
        (labeling_job, "find_manifest", "/b-bad/"),
        (objects, "read", "/b-bad/"),
    ],
    ids=lambda place: place[1],
)
def test_a_labeling_job_that_cannot_be_looked_at_does_not_hide_the_others(
    aws, pipeline, monkeypatch, three_jobs, error, place
):
    module, name, where = place
    monkeypatch.setattr(module, name, failing_for(where, error, getattr(module, name)))
    with pytest.raises(SomeFailedError, match=f"b-bad: {type(error).__name__}"):
        pipeline.call_sweep()
    assert queued(aws, pipeline) == ["a-good", "c-good"]


@any_error
def test_a_training_job_that_cannot_be_looked_at_does_not_hide_the_others(aws, pipeline, monkeypatch, error):
    for name in ("a", "b-bad", "c"):
        train(aws, f"groundtrain-test-{name}")
    finish_labeling_job(aws, "labeled", lines=1, at=YESTERDAY)
    known = "groundtrain.pipeline.sweep.processed_jobs.ids_of_outcomes"
    original = __import__("groundtrain.output.messages.message", fromlist=["x"]).ids_of_outcomes
    monkeypatch.setattr(known, failing_for("b-bad", error, original))
    with pytest.raises(SomeFailedError, match="b-bad"):
        pipeline.call_sweep()
    assert queued(aws, pipeline, "record_outcome") == ["groundtrain-test-a", "groundtrain-test-c"]
    assert queued(aws, pipeline) == ["labeled"]


@any_error
@pytest.mark.parametrize("listing", ["list_training_jobs", "list_labeling_jobs"])
def test_a_listing_that_fails_does_not_stop_the_other_listings(
    aws, pipeline, monkeypatch, three_jobs, error, listing
):
    train(aws)
    paginator = aws.clients.sagemaker.get_paginator
    monkeypatch.setattr(aws.clients.sagemaker, "get_paginator", failing_for(listing, error, paginator))
    with pytest.raises(SomeFailedError):
        pipeline.call_sweep()
    found = (len(queued(aws, pipeline, "record_outcome")), len(queued(aws, pipeline)))
    assert found == ((0, 3) if listing == "list_training_jobs" else (1, 0))


@any_error
def test_a_job_that_cannot_be_queued_does_not_stop_the_others(aws, pipeline, monkeypatch, three_jobs, error):
    sender = "groundtrain.aws.queues.send"
    original = __import__("groundtrain.aws.queues", fromlist=["x"]).send
    monkeypatch.setattr(sender, failing_for("b-bad", error, original))
    with pytest.raises(SomeFailedError, match="b-bad"):
        pipeline.call_sweep()
    assert queued(aws, pipeline) == ["a-good", "c-good"]


@any_error
def test_a_training_job_that_cannot_be_described_does_not_hide_the_one_that_trained_a_dataset(
    aws, pipeline, monkeypatch, error
):
    pipeline.convert(labeling_event(finish_labeling_job(aws, at=YESTERDAY)))
    pipeline.start(*aws.events())
    (name,) = aws.sagemaker.training_requests
    hyperparameters = {**pipeline.settings.training.hyperparameters, "epochs": 13}
    training = replace(pipeline.settings.training, hyperparameters=hyperparameters)
    pipeline.settings = replace(pipeline.settings, training=training)
    broken = name.replace("pallets-07", "pallets-07-0bad")
    request = {**aws.sagemaker.training_requests[name], "TrainingJobName": broken}
    aws.clients.sagemaker.create_training_job(**request)
    monkeypatch.setattr(training_jobs, "describe", failing_for("0bad", error, training_jobs.describe))
    assert pipeline.sweep() == []


def records(*bodies):
    return {
        "Records": [
            {
                "messageId": f"id-{number}",
                "receiptHandle": "r",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for number, body in enumerate(bodies)
        ]
    }


@any_error
@pytest.mark.parametrize("fails", ["do", "postpone", "record"])
def test_a_record_that_fails_does_not_stop_the_other_records(aws, monkeypatch, error, fails):
    done, batch = [], records("a", "bad", "c")

    def do(delivery):
        if delivery.body == "bad":
            raise NotReadyError if fails == "postpone" else error
        done.append(delivery.body)

    def postpone(*_, **__):
        if fails == "postpone":
            raise error

    monkeypatch.setattr("groundtrain.aws.queues.postpone", postpone)
    if fails == "record":
        del batch["Records"][1]["messageId"]
    with pytest.raises(KeyError if fails == "record" else type(error)):
        process_messages(
            batch, Step("convert_manifest", SimpleNamespace(queue_url="q", attempts=8), aws.clients), do
        )
    assert done == ["a", "c"]


def test_what_lambda_writes_into_its_log_is_one_printable_line(aws, monkeypatch):
    monkeypatch.setattr("groundtrain.aws.queues.postpone", lambda *_, **__: None)

    def do(_):
        raise RuntimeError(HOSTILE + LONG)

    with pytest.raises(SomeFailedError) as failure:
        process_messages(records("a"), Step("s", SimpleNamespace(queue_url="q", attempts=8), aws.clients), do)
    assert str(failure.value).isprintable()
    assert len(str(failure.value)) < 1000


def test_the_text_of_a_failed_sweep_is_one_printable_line_however_many_failed():
    failures = Failures()
    for number in range(500):
        with failures.caught("labeling job", f"{number}{HOSTILE}"):
            raise RuntimeError(LONG)
    with pytest.raises(SomeFailedError, match="and 497 more") as failure:
        failures.raise_if_any_failed()
    assert str(failure.value).isprintable()
    assert len(str(failure.value)) < 2000


ANOTHER_VERSIONS = (Finding.on_file("GT999", "m"),)


def write_dataset(aws, **changes):
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset(**changes)), bucket="datasets")


def test_a_dataset_with_a_remark_of_another_version_is_trained_on(aws, pipeline):
    write_dataset(aws, manifest_findings=ANOTHER_VERSIONS, reasons={"GT999": 6}, findings={"GT999": 6})
    assert pipeline.start(ready()) == []
    assert len(aws.sagemaker.training_requests) == 1


def test_what_another_version_refused_for_a_reason_unknown_here_stays_refused(aws, pipeline):
    closed = replace(a_dataset().gate, open=False, reasons=("Something that this version cannot judge.",))
    write_dataset(aws, manifest_findings=ANOTHER_VERSIONS, gate=closed)
    pipeline.start(ready(), ready())
    assert aws.sagemaker.training_requests == {}
    (mail,) = aws.mails()
    assert "cannot judge" in mail["Message"]


def test_the_sweep_goes_on_behind_a_dataset_of_another_version(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws, "a-old", at=YESTERDAY)))
    (key,) = [key for key in aws.written() if key.endswith("dataset.json")]
    dataset = replace(parse_dataset(aws.get(key)), manifest_findings=ANOTHER_VERSIONS)
    aws.put(key, dump_dataset(dataset), bucket="datasets")
    finish_labeling_job(aws, "b-lost", at=YESTERDAY)
    pipeline.call_sweep()
    assert queued(aws, pipeline) == ["a-old", "b-lost"]


@pytest.mark.parametrize("found", [3, 0, 99])
def test_a_dataset_json_of_another_format_starts_nothing_and_people_hear_once(aws, pipeline, found):
    text = dump_dataset(a_dataset()).replace(b'"format": 2', f'"format": {found}'.encode())
    aws.put(f"{KEYS}dataset.json", text, bucket="datasets")
    pipeline.start(ready(), ready())
    assert aws.sagemaker.training_requests == {}
    (mail,) = aws.mails()
    assert f"format {found}" in mail["Message"]
    assert "reads formats 1 and 2" in mail["Message"]


NEVER = [
    ("convert", {"resources": [""]}),
    ("convert", {"resources": ["arn:aws:sagemaker:eu-west-1:123456789012:labeling-job/"]}),
    ("convert", {"resources": ["x" * 5000]}),
    ("convert", {"resources": ["labeling-job/a b"]}),
    ("record", {"resources": [""]}),
    ("record", {"resources": ["training-job/j"], "detail": {"TrainingJobName": 5}}),
    ("record", {"resources": ["training-job/j"], "detail": {"TrainingJobName": {"a": 1}}}),
    ("record", {"resources": ["training-job/j"], "detail": {"TrainingJobName": "a b"}}),
    ("record", {"resources": ["training-job/j"], "detail": {"TrainingJobName": "x" * 64}}),
    ("start", {"detail": {"environment": 5}}),
    ("start", {"detail": {**ready()["detail"], "dataset": "s3://datasets/"}}),
    ("start", {"detail": {**ready()["detail"], "dataset": f"s3://datasets/datasets/{'k' * 1500}/"}}),
    ("start", {"detail": {**ready()["detail"], "attempt": 1000}}),
]


@pytest.mark.parametrize(("step", "wrong"), NEVER)
def test_an_event_that_can_never_work_is_told_once_and_is_a_dead_letter_at_once(
    aws, pipeline, monkeypatch, step, wrong
):
    delays = []
    monkeypatch.setattr("groundtrain.aws.queues.postpone", lambda *_, after: delays.append(after))
    event = {**labeling_event("x"), **wrong}
    assert getattr(pipeline, step)(event, event) == [event, event]
    assert len(aws.mails()) == 1
    assert delays == [0, 0]


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), KeyError("Image")], ids=lambda error: type(error).__name__
)
def test_an_earlier_model_that_cannot_be_read_keeps_no_training_from_starting(monkeypatch, error):
    models = [Registered(f"arn-{n}", "s3://m", "i", f"training-job/{n}", "s3://dkt/x/") for n in range(2)]
    monkeypatch.setattr(model_packages, "find_registered", lambda *_: iter(models))
    monkeypatch.setattr(training_jobs, "describe", failing_for("", error, print))
    environment = Environment(
        name="test", region="eu-west-1", training=Training(incremental=True, hyperparameters={"epochs": 1})
    )
    launch = prepare(
        a_dataset(),
        environment,
        BucketsAndRole(FOLDER_ADDRESS, "models", ROLE),
        SimpleNamespace(sagemaker=None),
    )
    assert "it cannot be read" in launch.begins


def test_a_busy_aws_is_no_reason_to_train_from_scratch(monkeypatch):
    busy = ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "DescribeTrainingJob")
    models = [Registered("arn", "s3://m", "i", "training-job/1", "s3://dkt/x/")]
    monkeypatch.setattr(model_packages, "find_registered", lambda *_: iter(models))
    monkeypatch.setattr(training_jobs, "describe", failing_for("", busy, print))
    environment = Environment(name="test", region="eu-west-1", training=Training(incremental=True))
    with pytest.raises(ClientError):
        prepare(
            a_dataset(),
            environment,
            BucketsAndRole(FOLDER_ADDRESS, "models", ROLE),
            SimpleNamespace(sagemaker=None),
        )
