"""What the demonstration trains is learned from its labels, and the same in every run."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from groundtrain.progress_reporter import SilentReporter
from local.demo.choice import Choice
from local.demo.run import Ending, run_demo
from local.demo.street_scenes import street_scenes
from tests.local.deployment import needs_cdk

pytestmark = [needs_cdk, pytest.mark.drill]
PRECISION = "validation:mAP"


def trained(choice: Choice) -> Ending:
    ending = run_demo(choice, SilentReporter())
    assert ending.model_package, ending.reasons
    return ending


def test_each_run_learns_the_street_scenes_to_the_same_precision(tmp_path: Path) -> None:
    first, second, third = (trained(Choice(tmp_path / name)).metrics[PRECISION] for name in "abc")
    assert first == second == third
    assert first > 0.8


def test_nothing_is_learned_where_labels_are_shuffled_between_images(tmp_path: Path) -> None:
    images = tmp_path / "images"
    lines = [json.loads(line) for line in street_scenes(images).manifest.splitlines()]
    labeled = [line for line in lines[:-1] if "boxes" in line]
    labels = [(line["boxes"], line["boxes-metadata"]) for line in labeled]
    random.Random(3).shuffle(labels)  # noqa: S311 - labels, not secrets
    for line, (boxes, metadata) in zip(labeled, labels, strict=True):
        line["boxes"], line["boxes-metadata"] = boxes, metadata
    manifest = tmp_path / "shuffled.manifest"
    manifest.write_text("".join(json.dumps(line) + "\n" for line in labeled))
    choice = Choice(tmp_path / "demo", manifest=manifest, images=images, algorithm="own-image")
    assert trained(choice).metrics[PRECISION] < 0.1


def test_two_demonstrations_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "groundtrain"), "demo", "--format", "json"]
    running = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with (tmp_path / name / "said.json").open("w") as said:
            running.append(subprocess.Popen(command, cwd=tmp_path / name, stdout=said))
    assert [process.wait(timeout=300) for process in running] == [0, 0]
    one, other = (json.loads((tmp_path / name / "said.json").read_text()) for name in ("one", "other"))
    assert one["model_package"]
    assert one["metrics"] == other["metrics"]
