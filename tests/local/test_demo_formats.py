"""`groundtrain demo --from`: the street scenes as other tools label them."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.application import run
from groundtrain.cli.commands.demo import demo
from groundtrain.progress_reporter import SilentReporter
from local.demo.choice import Choice
from local.demo.labels_of_tools import FORMATS, scenes_of_tool
from local.demo.run import run_demo
from local.demo.street_scenes import NOBODY_LABELED, OUTSIDE, street_scenes
from tests.local.deployment import needs_cdk

LABELED = 58


def boxes_of(manifest: bytes) -> dict[str, list[tuple[str, Any]]]:
    """Class and sides of every box, by the name of the image; lines without labels are left out."""
    found = {}
    for line in map(json.loads, manifest.splitlines()):
        if "boxes" in line:
            names = line["boxes-metadata"]["class-map"]
            found[line["source-ref"].rpartition("/")[2]] = [
                (names.get(str(box["class_id"])), [box[side] for side in ("left", "top", "width", "height")])
                for box in line["boxes"]["annotations"]
            ]
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_scenes_in_each_format_have_the_boxes_of_the_labeling_job(tmp_path: Path, name: str) -> None:
    data = scenes_of_tool(name, tmp_path / "labels")
    assert data.tool is not None
    output = tmp_path / "labels.manifest"
    source = ["import", name, str(data.tool.source), "--attribute", "boxes", "--image-prefix", "s3://bucket/"]
    given = ["--image-dir", str(data.tool.images), "--output", str(output), *data.tool.options]
    assert run([*source, *given]) == 0
    found, wanted = boxes_of(output.read_bytes()), boxes_of(street_scenes(tmp_path / "images").manifest)
    untold = {f"scene-{number:03}.jpg" for number in NOBODY_LABELED}
    assert len(found) == data.tool.records == LABELED
    assert found.keys() == wanted.keys() - untold
    if name == "yolo":  # which holds no such box
        del found[f"scene-{OUTSIDE:03}.jpg"]
    for image, boxes in found.items():
        for (kind, sides), (other_kind, other_sides) in zip(boxes, wanted[image], strict=True):
            assert kind == other_kind or other_kind is None  # the job's unknown class
            assert sides == pytest.approx(other_sides, abs=1e-9)


def test_the_command_offers_the_formats_that_there_are() -> None:
    [option] = [each for each in demo.params if each.name == "from_format"]
    assert tuple(option.type.choices) == tuple(FORMATS)  # type: ignore[attr-defined]


@needs_cdk
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.drill if name != "label-studio" else ()) for name in FORMATS],
)
def test_scenes_of_another_tool_become_a_registered_model(tmp_path: Path, name: str) -> None:
    choice = Choice(tmp_path / "demo", trigger="upload", from_format=name, algorithm="object-detection")
    ending = run_demo(choice, SilentReporter())
    assert ending.model_package, ending.reasons
    assert ending.emulated
    assert (ending.records, ending.rejected) == (LABELED, 0 if name == "yolo" else 1)
    if name in ("yolo", "voc"):  # the others have no sides of their own
        assert ending.validation == 12
    events = [json.loads(line) for line in (tmp_path / "demo" / "events.jsonl").read_text().splitlines()]
    kinds = [event["detail-type"] for event in events]
    [put] = [each for each in events if each["detail"].get("object", {}).get("key", "").endswith(".manifest")]
    assert put["detail"]["object"]["version-id"]
    assert "SageMaker Ground Truth Labeling Job State Change" not in kinds
    assert (tmp_path / "demo" / "sample.png").exists()
