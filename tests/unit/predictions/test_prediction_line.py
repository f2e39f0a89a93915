"""A line of predictions is one that Ground Truth could have labeled by machine, and our commands read it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from groundtrain.cli.application import groundtrain
from groundtrain.evaluation import FoundBox
from groundtrain.formats.labeled_items import Size
from groundtrain.predictions.prediction_line import Predictor, prediction_line
from tests.manifest_lines import box, dump, record

PREDICTOR = Predictor(
    "predicted", "street-7", ("car", "sign"), 0.5, datetime(2026, 11, 27, 16, 5, tzinfo=UTC)
)
FOUND = [FoundBox(1, 0.875, 10, 20.5, 40, 60.75), FoundBox(0, 0.25, 0, 0, 5, 5)]


def line(number: int = 0, **besides: object) -> bytes:
    return prediction_line(PREDICTOR, f"s3://bucket/{number:03}.jpg", Size(640, 480), FOUND, besides)


def run(*arguments: object) -> tuple[int, Any]:
    result = CliRunner().invoke(groundtrain, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, json.loads(result.stdout) if "json" in arguments else result.stdout


def test_a_line_has_the_shape_of_what_ground_truth_labels_by_machine() -> None:
    """Of facts in the guide: human-annotated "no", and a confidence for each box."""
    assert json.loads(line()) == {
        "source-ref": "s3://bucket/000.jpg",
        "predicted": {
            "image_size": [{"width": 640, "height": 480, "depth": 3}],
            "annotations": [{"class_id": 1, "left": 10, "top": 20.5, "width": 30, "height": 40.25}],
        },
        "predicted-metadata": {
            "objects": [{"confidence": 0.875}],
            "class-map": {"1": "sign"},
            "type": "groundtruth/object-detection",
            "human-annotated": "no",
            "creation-date": "2026-11-27T16:05:00.000000",
            "model-name": "street-7",
            "least-confidence": 0.5,
        },
    }


def test_a_line_keeps_what_it_is_given_besides() -> None:
    assert json.loads(line(page=3))["page"] == 3


def test_check_finds_nothing_wrong_with_predictions(tmp_path: Path) -> None:
    path = tmp_path / "predictions.manifest"
    path.write_bytes(b"\n".join(map(line, range(30))))
    code, said = run("check", path, "--format", "json")
    assert (code, said["verdict"]) == (0, "will-train")


def test_inspect_shows_the_classes_of_predictions(tmp_path: Path) -> None:
    path = tmp_path / "predictions.manifest"
    path.write_bytes(b"\n".join(map(line, range(3))))
    _, said = run("inspect", path, "--format", "json")
    (label,) = said["labels"]
    assert (label["name"], label["usable"]) == ("predicted", 3)
    assert label["classes"] == [{"name": "sign", "records": 3, "items": 3}]


def test_merge_takes_predictions_as_labels_of_images_that_nobody_labeled(tmp_path: Path) -> None:
    labeled, predictions, merged = (tmp_path / name for name in ("labeled", "predictions", "merged"))
    labeled.write_bytes(dump(record("s3://bucket/other.jpg", box())))
    predictions.write_bytes(line())
    code, said = run(
        "merge", labeled, predictions, "--take", "boxes", "--take", "predicted", "--output", merged
    )
    assert code == 0, said
    other, predicted = map(json.loads, merged.read_bytes().splitlines())
    assert other["boxes-metadata"]["human-annotated"] == "yes"
    assert predicted["boxes-metadata"]["human-annotated"] == "no"
    assert predicted["boxes-metadata"]["objects"] == [{"confidence": 0.875}]
    assert len(predicted["boxes"]["annotations"]) == 1
