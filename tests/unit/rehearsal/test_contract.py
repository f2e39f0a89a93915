"""What a program is given: the request of train --dry-run, its folders, variables and pipes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from groundtrain.cli.application import run
from tests.mocked_aws import MockedAws, aws, clients
from tests.unit.rehearsal.conftest import IMAGE, Rehearsed, left_behind
from tests.waiting import eventually

__all__ = ["aws", "clients"]

TELLS = """
import json, os
from pathlib import Path
from groundtrain.pipe import read_channel
ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
found = {
    "environment": dict(os.environ),
    "config": {p.name: json.loads(p.read_text()) for p in (ML / "input" / "config").iterdir()},
    "folders": sorted(str(p.relative_to(ML)) for p in ML.rglob("*") if p.is_dir()),
    "pipes": sorted(p.name for p in (ML / "input" / "data").iterdir() if p.is_fifo()),
    "root": str(ML),
}
for channel in "train", "validation":
    found[channel] = len(list(read_channel(channel, ["source-ref", "boxes"])))
Path("found.json").write_text(json.dumps(found))
(ML / "model" / "weights").write_text("1")
"""
MAIN = "from groundtrain.cli import main; main()"
SETTINGS = "[training.hyperparameters]\nepochs = 3\nrate = 0.5\n"


@pytest.fixture
def found(rehearsed: Rehearsed, place: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.setenv("SM_CHANNEL_TRAIN", "from a container around this test")
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", "/elsewhere")
    assert rehearsed(TELLS, settings=SETTINGS).code == 0
    return json.loads((place / "found.json").read_text())


def test_the_configuration_is_that_of_the_request_of_dry_run(
    found: dict, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "a.manifest", "--settings", "dev.toml", "--dry-run", "--format", "json"]) == 0
    request = json.loads(capfd.readouterr().out)
    config = found["config"]
    assert config["hyperparameters.json"] == request["HyperParameters"] == {"epochs": "3", "rate": "0.5"}
    assert config["inputdataconfig.json"] == {
        channel["ChannelName"]: {
            "ContentType": channel["ContentType"],
            "TrainingInputMode": "Pipe",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "RecordIO",
        }
        for channel in request["InputDataConfig"]
    }
    assert config["resourceconfig.json"]["current_host"] == "algo-1"
    assert found["environment"]["TRAINING_JOB_NAME"] == request["TrainingJobName"]


def test_variables_of_the_training_toolkit_are_not_there(found: dict) -> None:
    assert [name for name in found["environment"] if name.startswith("SM_")] == []
    assert found["environment"]["TRAINING_JOB_ARN"].endswith(found["environment"]["TRAINING_JOB_NAME"])


def test_the_first_pipes_are_there_and_nothing_else(found: dict) -> None:
    assert found["folders"] == [
        *("checkpoints", "input", "input/config", "input/data", "model", "output"),
    ]
    assert {"train_0", "validation_0"} <= set(found["pipes"])
    assert found["train"] + found["validation"] == 20


def test_where_mounts_are_refused_sagemaker_base_dir_names_the_folder(
    rehearsed: Rehearsed, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundtrain.rehearsal.run.can_mount", lambda _: False)
    done = rehearsed(TELLS)
    assert done.document["folders"] == "SAGEMAKER_BASE_DIR"
    assert "where SAGEMAKER_BASE_DIR says, not at /opt/ml" in done.err
    root = json.loads((place / "found.json").read_text())["root"]
    assert root != "/opt/ml"
    assert not Path(root).exists()


def test_the_document_has_the_totals_of_the_channels(rehearsed: Rehearsed) -> None:
    document = rehearsed(TELLS, "--records", "5").document
    assert document["exit_code"] == 0
    assert document["model_files"] == {"weights": 1}
    train = document["channels"]["train"]
    assert (train["epochs"], train["records"], train["unread"]) == (1, 5, 0)
    assert train["bytes"] > 5 * 2_003


def test_a_program_that_wants_more_epochs_than_asked_for_is_ended(rehearsed: Rehearsed) -> None:
    endless = (
        "import itertools\nfrom groundtrain.pipe import read_channel\n"
        "for n in itertools.count():\n"
        '    for channel in "train", "validation":\n'
        '        list(read_channel(channel, ["source-ref", "boxes"], n))\n'
    )
    done = rehearsed(endless, "--epochs", "2")
    assert (done.code, done.document["ended_by"], done.codes) == (0, "epochs", set())
    assert done.document["channels"]["train"]["epochs"] == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_rehearsal_that_is_ended_ends_its_program(place: Path, number: signal.Signals) -> None:
    (place / "train.py").write_text("open('started', 'w')\nimport time\ntime.sleep(996)\n", "utf-8")
    words = ("a.manifest", "--settings", "dev.toml", "--image-dir", "images", "--grace", "1")
    command = [sys.executable, "-c", MAIN, "rehearse", *words, "--", sys.executable, "train.py"]
    with subprocess.Popen(command, cwd=place, stderr=subprocess.DEVNULL) as rehearsal:
        assert eventually((place / "started").exists)
        rehearsal.send_signal(number)
    assert eventually(lambda: not left_behind(place))


def test_images_come_from_s3_where_no_folder_is_named(
    aws: MockedAws, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    aws.clients.s3.create_bucket(
        Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    for i in range(20):
        aws.put(f"good-{i:04}.jpg", IMAGE, "bucket")
    (place / "train.py").write_text(TELLS.replace("len(list(", "sum(len(i) for i, _ in ("), "utf-8")
    words = ("a.manifest", "--settings", "dev.toml", "--format", "json")
    assert run(["rehearse", *words, "--", sys.executable, "train.py"]) == 0
    found = json.loads((place / "found.json").read_text())
    assert found["train"] + found["validation"] == 20 * len(IMAGE)
    assert json.loads(capfd.readouterr().out)["verdict"] == "rehearsed"


def test_a_dataset_in_s3_is_rehearsed_by_its_address(
    aws: MockedAws, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["convert", "a.manifest", "--settings", "dev.toml", "--output", "dataset"]) == 0
    for file in (place / "dataset").iterdir():
        aws.put(f"datasets/street/{file.name}", file.read_bytes(), "datasets")
    (place / "train.py").write_text(TELLS, "utf-8")
    words = ("s3://datasets/datasets/street/", "--settings", "dev.toml", "--image-dir", "images")
    assert run(["rehearse", *words, "--", sys.executable, "train.py"]) == 0
    found = json.loads((place / "found.json").read_text())
    assert found["train"] + found["validation"] == 20
    assert "python" in capfd.readouterr().out


def test_what_s3_refuses_is_a_sentence(
    aws: MockedAws, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (place / "train.py").write_text(TELLS, "utf-8")
    words = ("a.manifest", "--settings", "dev.toml", "--format", "json")
    assert run(["rehearse", *words, "--", sys.executable, "train.py"]) == 1
    assert "s3://bucket/good-" in json.loads(capfd.readouterr().out)["error"]["message"]
    assert left_behind(place) == []


def test_metrics_are_shown_as_they_match(rehearsed: Rehearsed) -> None:
    program = f"print('loss=0.25')\n{TELLS}"
    done = rehearsed(program, settings='[training.metrics]\nloss = "loss=([0-9.]+)"\n')
    assert "| loss=0.25\nmetric loss: 0.25\n" in done.err
    assert done.document["metrics"] == {"loss": {"found": 1, "last": 0.25}}
