"""`groundtrain local` and `groundtrain demo`, as a person starts them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.application import run
from local.cdk import CDK
from tests.local.test_processes import processes_with
from tests.waiting import PATIENCE, eventually

LEARNED = 0.8
"""The least mean average precision of a model that has learned the street scenes."""
GROUNDTRAIN = [sys.executable, "-c", "from groundtrain.cli import main; main()"]
needs_cdk = pytest.mark.skipif(not CDK.exists(), reason="needs the CDK command line: make setup")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own; temporary files are below it."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def start(elsewhere: Path) -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*GROUNDTRAIN, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@needs_proc
def test_local_says_how_to_reach_it_and_ctrl_c_ends_it(start: Any, elsewhere: Path) -> None:
    process = start("local", "--port", "0")
    lines = [process.stdout.readline() for _ in range(7)]
    assert "127.0.0.1" in lines[0]
    assert any("export AWS_ENDPOINT_URL=http://127.0.0.1:" in line for line in lines)
    assert any("never make its port reachable" in line for line in lines)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert errors == ""
    assert eventually(lambda: not processes_with(str(elsewhere)))


@needs_cdk
@needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_asked_to_end_ends_at_once_and_leaves_nothing(
    start: Any, elsewhere: Path, number: signal.Signals
) -> None:
    process = start("demo")
    process.stdout.readline()
    time.sleep(2)  # somewhere in synthesis
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not processes_with(str(elsewhere))
    assert not list((elsewhere / "temporary").iterdir())


@needs_cdk
@needs_proc
def test_a_demo_that_was_killed_leaves_nothing_and_the_next_one_trains_a_model(
    start: Any, elsewhere: Path
) -> None:
    killed = start("demo")
    killed.stdout.readline()
    time.sleep(3)  # somewhere in synthesis and bootstrap
    killed.kill()
    assert eventually(lambda: not processes_with(str(elsewhere)))
    process = start("demo", "--format", "json")
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    ending = json.loads(output)
    assert ending["model_package"].endswith(":model-package/groundtrain-dev/1")
    assert ending["records"] == ending["train"] + ending["validation"] + ending["rejected"]
    assert not ending["emulated"]
    assert ending["metrics"]["validation:mAP"] > LEARNED
    files = (
        "output.manifest",
        "request.json",
        "events.jsonl",
        "dataset/dataset.json",
        "detections.png",
        "report.html",
    )
    for name in files:
        assert (elsewhere / "demo" / name).exists()
    assert not processes_with(str(elsewhere))
    assert not list((elsewhere / "temporary").iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["demo", "--label", "boxes"], 2, "--manifest"),
        (["demo", "--manifest", "nothing.manifest"], 2, "there is no such file"),
        (["demo", "--manifest", "two.manifest"], 2, "2 label attributes"),
        (["demo", "--manifest", "empty.manifest"], 1, "empty.manifest is empty"),
        (["demo", "--images", "nowhere"], 2, "nowhere"),
        (["demo", "--from", "cvat"], 2, "'coco', 'yolo', 'voc', 'label-studio'"),
        (["demo", "--from", "coco", "--trigger", "labeling-job"], 2, "labels that no labeling job made"),
        (["demo", "--from", "coco", "--manifest", "two.manifest"], 2, "brings your own labels"),
        (["local", "--port", "70000"], 2, "70000"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    metadata = {"type": "groundtruth/object-detection"}
    line = {
        "source-ref": "s3://bkt/a.jpg",
        "one": {},
        "one-metadata": metadata,
        "two": {},
        "two-metadata": metadata,
    }
    Path("empty.manifest").touch()
    Path("two.manifest").write_text(json.dumps(line) + "\n")
    assert run(arguments) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err


def test_a_missing_tool_is_said_with_its_fix(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.cdk.CDK", elsewhere / "nothing")
    assert run(["demo"]) == 2
    shown = capsys.readouterr().err
    assert "the CDK command line is missing" in shown
    assert "make setup" in shown


def test_a_directory_named_demo_that_is_not_ours_is_left_alone(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("demo").mkdir()
    Path("demo/mine").write_text("mine")
    assert run(["demo"]) == 2
    assert "other files" in capsys.readouterr().err
    assert Path("demo/mine").exists()
