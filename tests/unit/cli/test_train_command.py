import hashlib
import json
import re
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from groundtrain.aws import clients as aws_clients
from groundtrain.aws.sagemaker import training_jobs
from groundtrain.cli.application import run
from groundtrain.dataset.description import DESCRIPTION, GateDecision, dump_dataset
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.request import BucketsAndRole
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import FOLDER, FOLDER_ADDRESS, KEYS, a_dataset
from tests.manifest_lines import good, manifest_of
from tests.mocked_aws import ROLE, aws, clients
from tests.training_plans import planned_request

__all__ = ["aws", "clients"]

LINE = b"{}\n"
LINE_SHA256 = hashlib.sha256(LINE).hexdigest()
WHERE = ("--role", ROLE, "--models", "s3://models")
SETTINGS = """
region = "eu-west-1"
[training]
algorithm = "object-detection"
max_runtime = "2h"
price_per_hour = { "ml.g5.2xlarge" = 1.5 }
"""


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "dev.toml"
    file.write_text(SETTINGS)
    return file


@pytest.fixture
def directory(tmp_path):
    folder = tmp_path / "dataset"
    folder.mkdir()
    data = a_dataset()
    train, validation = (replace(split, sha256=LINE_SHA256) for split in (data.train, data.validation))
    data = replace(data, train=train, validation=validation)
    (folder / DESCRIPTION).write_bytes(dump_dataset(data))
    for name in ("train.manifest", "validation.manifest", "rejected.jsonl", "report.json"):
        (folder / name).write_bytes(LINE)
    return folder


@pytest.fixture
def groundtrain(capsys):
    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        return SimpleNamespace(code=code, **capsys.readouterr()._asdict())

    return call


@pytest.fixture
def published(aws):
    """A dataset in S3, as the pipeline leaves it."""
    aws.put(f"{KEYS}{DESCRIPTION}", dump_dataset(a_dataset()), bucket="datasets")
    return FOLDER


@pytest.fixture
def alone(monkeypatch):
    """No client of AWS can be made."""
    monkeypatch.setattr(aws_clients.boto3, "client", lambda *_, **__: pytest.fail("AWS was asked"))
    aws_clients.connect.cache_clear()
    yield
    aws_clients.connect.cache_clear()


def the_request(aws):
    (request,) = aws.sagemaker.training_requests.values()
    return request


def test_a_dry_run_prints_the_whole_request_and_asks_nobody(groundtrain, directory, settings, alone):
    said = groundtrain(
        "train", directory, "--settings", settings, "--dry-run", *WHERE, "--datasets", "s3://ddd"
    )
    buckets = BucketsAndRole(
        parse_s3_address("s3://ddd/datasets/Pallets-07/4f1c0a9d3b7e6258/"), "models", ROLE
    )
    assert json.loads(said.out) == planned_request(
        a_dataset(), load_environment(settings, training_mistakes), buckets
    )
    assert said.code == 0
    assert said.err == "It costs at most 3.00 for instances: 2h of ml.g5.2xlarge at 1.5 an hour.\n"


def test_what_a_dry_run_cannot_know_stands_in_capital_letters(groundtrain, directory, settings, alone):
    said = groundtrain("train", directory, "--settings", settings, "--dry-run", "--format", "json")
    assert "s3://MODELS-BUCKET/training/" in said.out
    assert "--role, --models, --datasets" in said.err
    assert said.out.count("\n") == 1


def test_a_dry_run_needs_no_settings(groundtrain, directory, alone, monkeypatch):
    for variable in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/none")
    said = groundtrain("train", directory, "--dry-run")
    assert json.loads(said.out)["HyperParameters"]["label_width"] == "407"
    assert "taken to be us-east-1" in said.err


def test_a_plain_manifest_is_converted_first(groundtrain, tmp_path, settings, alone):
    manifest = manifest_of(tmp_path, *good(60)).path
    said = groundtrain("train", manifest, "--settings", settings, "--dry-run")
    samples = int(json.loads(said.out)["HyperParameters"]["num_training_samples"])
    assert 40 < samples < 60
    assert said.code == 0


def test_a_dry_run_of_what_would_not_be_started_says_so(groundtrain, tmp_path, settings, alone):
    manifest = manifest_of(tmp_path, *good(12)).path
    said = groundtrain("train", manifest, "--settings", settings, "--dry-run")
    assert json.loads(said.out)["TrainingJobName"]
    assert "fewer than 20 (min_records)" in said.err
    assert said.code == 1


@pytest.mark.parametrize("spelled", [FOLDER, FOLDER.rstrip("/"), f"{FOLDER}{DESCRIPTION}"])
def test_a_dataset_in_s3_is_trained_on_where_it_lies(groundtrain, aws, published, settings, spelled):
    said = groundtrain("train", spelled, "--settings", settings, *WHERE)
    assert "was started on ml.g5.2xlarge" in said.out
    request = the_request(aws)
    assert request == planned_request(
        a_dataset(),
        load_environment(settings, training_mistakes),
        BucketsAndRole(FOLDER_ADDRESS, "models", ROLE),
    )
    assert aws.written() == [f"{KEYS}{DESCRIPTION}"]


def test_a_local_dataset_is_uploaded_with_its_mark_last(groundtrain, aws, directory, settings):
    said = groundtrain("train", directory, "--settings", settings, *WHERE, "--datasets", "s3://datasets")
    assert said.code == 0
    assert f"its dataset is {FOLDER}" in said.out
    assert {key.removeprefix(KEYS) for key in aws.written()} == {
        "dataset.json",
        "rejected.jsonl",
        "report.json",
        "train.manifest",
        "validation.manifest",
    }


def test_a_dataset_that_is_in_s3_already_is_not_written_again(groundtrain, aws, directory, settings):
    arguments = ("train", directory, "--settings", settings, *WHERE, "--datasets", "s3://datasets")
    groundtrain(*arguments)
    written = aws.written()
    assert groundtrain(*arguments).code == 0
    assert aws.written() == written


def test_another_dataset_of_the_same_identity_is_never_overwritten(
    groundtrain, aws, published, directory, settings
):
    said = groundtrain("train", directory, "--settings", settings, *WHERE, "--datasets", "s3://datasets")
    assert said.code == 1
    assert f"{FOLDER} holds another dataset made from this manifest" in said.err
    assert aws.written() == [f"{KEYS}{DESCRIPTION}"]
    assert aws.sagemaker.training_requests == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda file: file.write_bytes(LINE * 2), "was changed after dataset.json was written"),
        (lambda file: file.unlink(), "cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["train.manifest", "validation.manifest"])
def test_manifests_that_dataset_json_does_not_describe_are_refused(
    groundtrain, directory, name, change, reason
):
    change(directory / name)
    said = groundtrain("train", directory, "--dry-run")
    assert said.code == 1
    assert reason in said.err


def test_the_same_training_is_started_once(groundtrain, aws, published, settings):
    first = groundtrain("train", published, "--settings", settings, *WHERE, "--format", "json")
    second = groundtrain("train", published, "--settings", settings, *WHERE, "--format", "json")
    assert (json.loads(first.out)["new"], json.loads(second.out)["new"]) == (True, False)
    assert len(aws.sagemaker.training_requests) == 1
    again = groundtrain(
        "train", published, "--settings", settings, *WHERE, "--attempt", "1", "--format", "json"
    )
    assert json.loads(again.out)["name"] == f"{json.loads(first.out)['name']}-a1"


def test_a_closed_gate_starts_nothing_unless_it_is_overridden(groundtrain, aws, published, settings):
    settings.write_text(f"{SETTINGS}[gate]\nmin_records = 5000\n")
    said = groundtrain("train", published, "--settings", settings, *WHERE)
    assert (said.code, aws.sagemaker.training_requests) == (1, {})
    assert "fewer than 5000" in said.err
    assert groundtrain("train", published, "--settings", settings, *WHERE, "--override-gate").code == 0
    assert len(aws.sagemaker.training_requests) == 1


def test_without_any_machine_the_reason_is_told(groundtrain, aws, published, settings):
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}
    said = groundtrain("train", published, "--settings", settings, *WHERE)
    assert said.code == 1
    assert "ml.g4dn.2xlarge for training job usage" in said.err


def test_beyond_the_jobs_of_a_day_nothing_is_started(groundtrain, aws, published, settings):
    settings.write_text(SETTINGS + "max_jobs_per_day = 1\n")
    assert groundtrain("train", published, "--settings", settings, *WHERE).code == 0
    assert groundtrain("train", published, "--settings", settings, *WHERE).code == 0  # its turn has been
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--attempt", "1")
    assert (said.code, len(aws.sagemaker.training_requests)) == (1, 1)
    assert "max_jobs_per_day is 1" in said.err


@pytest.fixture
def job_goes(aws, published, settings, monkeypatch):
    """Say how the job answers, each time it is looked at."""
    buckets = BucketsAndRole(FOLDER_ADDRESS, "models", ROLE)
    name = planned_request(a_dataset(), load_environment(settings, training_mistakes), buckets)[
        "TrainingJobName"
    ]

    def goes(*answers):
        steps = iter(answers)
        aws.sagemaker.end_training_job(name, **next(steps))
        monkeypatch.setattr(
            "groundtrain.cli.commands.train.start_job.time.sleep",
            lambda _: aws.sagemaker.end_training_job(name, **next(steps)),
        )

    return goes


def at(status, *stages, mean_precision=None, **more):
    metrics = [{"MetricName": "validation:mAP", "Value": mean_precision, "Timestamp": 1}]
    return {
        "status": status,
        "SecondaryStatusTransitions": [{"Status": stage, "StartTime": 1} for stage in stages],
        "FinalMetricDataList": metrics if mean_precision else [],
        **more,
    }


def test_waiting_shows_states_and_metrics_as_they_come(groundtrain, published, settings, job_goes):
    job_goes(
        at("InProgress", "Starting"),
        at("InProgress", "Starting", "Training", mean_precision=0.25),
        at("Completed", "Starting", "Training", "Completed", mean_precision=0.5),
    )
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait")
    shown = re.findall(r" s (.*)$", said.out, re.MULTILINE)[1:]
    assert shown == ["Starting", "Training", "validation:mAP 0.25", "Completed", "validation:mAP 0.5"]
    assert said.code == 0


def test_a_job_that_failed_is_told_with_what_is_known_about_it(groundtrain, published, settings, job_goes):
    job_goes(at("Failed", "Failed", FailureReason="ClientError: Invalid parameter value 'label_width'"))
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait")
    assert said.code == 1
    assert "more boxes than" in said.err


def test_a_job_that_reached_its_maximum_run_time_with_a_model_did_not_fail(
    groundtrain, published, settings, job_goes
):
    model = {"S3ModelArtifacts": "s3://models/model.tar.gz"}
    job_goes(at("Stopped", "Training", secondary_status="MaxRuntimeExceeded", ModelArtifacts=model))
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait")
    assert said.code == 0
    assert "Its model: s3://models/model.tar.gz" in said.out


def test_a_spot_job_without_a_machine_is_told_with_what_can_be_done(
    groundtrain, published, settings, job_goes
):
    job_goes(at("Stopped", "Starting", secondary_status="MaxWaitTimeExceeded", ModelArtifacts={}))
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait")
    assert said.code == 1
    assert "no spot machine" in said.err


def test_a_job_that_failed_is_one_document_and_its_meaning(groundtrain, published, settings, job_goes):
    job_goes(at("Failed", "Failed", FailureReason="ClientError: Invalid parameter value 'label_width'"))
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait", "--format", "json")
    document = json.loads(said.out)
    assert (said.code, document["status"]) == (1, "Failed")
    assert "label_width" in document["failure_reason"]
    assert "more boxes than" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((".",), 2, "is no dataset"),
        (("s3://datasets/none/",), 2, "there is no s3://datasets/none/"),
        ((FOLDER, "--settings", "none.toml"), 2, "none.toml"),
        ((FOLDER, "--attempt", "-1"), 2, "--attempt"),
        ((FOLDER, "--via", "magic"), 2, "magic"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    groundtrain, aws, published, arguments, code, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    said = groundtrain("train", *arguments)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert "Traceback" not in said.err


def test_settings_for_another_region_than_the_profile_start_nothing(groundtrain, aws, published, settings):
    settings.write_text(SETTINGS.replace("eu-west-1", "eu-central-1"))
    said = groundtrain("train", published, "--settings", settings, *WHERE)
    assert (said.code, aws.sagemaker.training_requests) == (2, {})
    assert "AWS_DEFAULT_REGION=eu-central-1" in said.err


def test_a_dataset_json_of_another_kind_is_told(groundtrain, directory):
    (directory / DESCRIPTION).write_text('{"format": 1}')
    said = groundtrain("train", directory, "--dry-run")
    assert said.code == 1
    assert "convert the manifest again" in said.err


def test_the_gate_of_a_dataset_is_decided_again_by_the_settings_given(groundtrain, aws, settings):
    closed = replace(a_dataset(), gate=GateDecision(open=False, reasons=("Old.",)))
    aws.put(f"{KEYS}{DESCRIPTION}", dump_dataset(closed), bucket="datasets")
    assert groundtrain("train", FOLDER, "--settings", settings, *WHERE).code == 0


def test_jobs_are_asked_after_less_and_less_often(aws, published, groundtrain, settings):
    groundtrain("train", published, "--settings", settings, *WHERE)
    (name,) = aws.sagemaker.training_requests
    aws.sagemaker.end_training_job(name, "InProgress")
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 30:
            aws.sagemaker.end_training_job(name, "Stopped")

    *_, job = training_jobs.follow(aws.clients.sagemaker, name, pause)
    assert job.status == "Stopped"
    assert pauses == sorted(pauses)
    assert pauses[-1] == 20


def ended(aws, status, **more):
    (name,) = aws.sagemaker.training_requests
    aws.sagemaker.end_training_job(name, status, **more)


FAILED = {"FailureReason": "ClientError: NoSuchKey: The specified key does not exist"}
AGAIN = [  # how the job ended, exit code, words on standard output, words on standard error
    ("Completed", {}, 0, "and has ended", ""),
    ("InProgress", {}, 0, "and is running", ""),
    ("Stopping", {}, 0, "and is being stopped", ""),
    ("Failed", FAILED, 1, "and ended as Failed", "The specified key does not exist. An object"),
    (
        "Stopped",
        {"ModelArtifacts": {}},
        1,
        "and ended as Stopped",
        "--attempt 1 trains the same dataset again",
    ),
    ("Stopped", {"secondary_status": "MaxRuntimeExceeded"}, 0, "and ended as Stopped", ""),
]


@pytest.mark.parametrize(("status", "more", "code", "out", "err"), AGAIN)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_job_that_had_been_started_before_is_told_with_its_state(
    groundtrain, aws, published, settings, status, more, code, out, err, form
):
    arguments = ("train", published, "--settings", settings, *WHERE, "--format", form)
    assert groundtrain(*arguments).code == 0
    ended(aws, status, **more)
    said = groundtrain(*arguments)
    assert said.code == code
    assert err in said.err
    if form == "json":
        document = json.loads(said.out)
        assert (document["new"], document["status"]) == (False, status)
        assert document["failure_reason"] == more.get("FailureReason")
    else:
        assert out in said.out


def test_a_failed_attempt_names_the_next_one(groundtrain, aws, published, settings):
    arguments = ("train", published, "--settings", settings, *WHERE, "--attempt", "7")
    groundtrain(*arguments)
    ended(aws, "Failed", **FAILED)
    assert "--attempt 8 trains the same dataset again" in groundtrain(*arguments).err


def test_after_the_last_attempt_none_is_offered(groundtrain, aws, published, settings):
    arguments = ("train", published, "--settings", settings, *WHERE, "--attempt", "999")
    groundtrain(*arguments)
    ended(aws, "Failed", **FAILED)
    said = groundtrain(*arguments)
    assert "1000" not in said.err
    assert "no attempt is left" in said.err


def test_a_missing_object_is_told_with_what_can_be_done_at_a_terminal(
    groundtrain, published, settings, job_goes
):
    job_goes(at("Failed", "Failed", **FAILED))
    said = groundtrain("train", published, "--settings", settings, *WHERE, "--wait")
    assert said.code == 1
    assert "does not exist. An object that the manifest names is not there (any more)\n" in said.err
    assert "convert the manifest again (groundtrain convert)" in said.err
    assert "event" not in said.err
    assert "sweep" not in said.err


def test_what_sagemaker_refuses_is_told_with_the_options(groundtrain, aws, published, settings):
    aws.sagemaker.refusal = "Could not assume role"
    said = groundtrain("train", published, "--settings", settings, *WHERE)
    assert said.code == 2
    assert "Could not assume role" in said.err
    assert "--role" in said.err
    assert "deploy" not in said.err


def test_a_bucket_that_is_not_there_is_told_by_its_option(groundtrain, aws, directory, settings):
    said = groundtrain("train", directory, "--settings", settings, *WHERE, "--datasets", "s3://nosuch-data")
    assert said.code == 2
    assert "--datasets s3://nosuch-data" in said.err
    assert "correct the bucket's name" in said.err
