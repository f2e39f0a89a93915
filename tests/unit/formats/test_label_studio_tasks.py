"""What is written for Label Studio has the shape that labelstud.io documents of tasks with predictions.

"Import pre-annotated data", "Label Studio JSON format of annotated tasks", RectangleLabels, Choices and Text.
"""

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from msgspec import Struct

from groundtrain.formats.label_studio.format import LABEL_STUDIO
from tests.imported_labels import exported, imported
from tests.label_samples import labeled
from tests.manifest_lines import box, dump, record


class Documented(Struct, forbid_unknown_fields=True):
    """No key but those of the documentation."""


class Rectangle(Documented):
    x: float
    y: float
    width: float
    height: float
    rotation: float
    rectanglelabels: list[str]


class Choice(Documented):
    choices: list[str]


class Span(Documented):
    start: int
    end: int
    text: str
    labels: list[str]


class RectangleResult(Documented, tag_field="type", tag="rectanglelabels"):
    id: str
    from_name: str
    to_name: str
    original_width: int
    original_height: int
    image_rotation: Literal[0]
    value: Rectangle


class ChoiceResult(Documented, tag_field="type", tag="choices"):
    id: str
    from_name: str
    to_name: str
    value: Choice


class SpanResult(Documented, tag_field="type", tag="labels"):
    id: str
    from_name: str
    to_name: str
    value: Span


Result = RectangleResult | ChoiceResult | SpanResult


class Prediction(Documented):
    model_version: str
    result: list[Result]


class Annotation(Documented):
    result: list[Result]


class Task(Documented):
    data: dict[str, str | int]
    predictions: list[Prediction] = []
    annotations: list[Annotation] = []


def tasks(tmp_path: Path, *lines: dict[str, Any], **options: str) -> list[Task]:
    (tmp_path / "in.manifest").write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    exported(LABEL_STUDIO, tmp_path / "in.manifest", tmp_path / "out.json", options=options)
    return msgspec.json.decode((tmp_path / "out.json").read_bytes(), type=list[Task])


def test_boxes_are_rectangles_in_percent_of_the_image(tmp_path: Path) -> None:
    (one,) = tasks(tmp_path, record("s3://bucket/x/a.jpg", box(0, 64, 96, 192, 192)))
    assert one.data == {"image": "s3://bucket/x/a.jpg", "width": 640, "height": 480}
    (result,) = one.predictions[0].result
    assert isinstance(result, RectangleResult)
    assert (result.from_name, result.to_name) == ("label", "image")
    assert (result.original_width, result.original_height) == (640, 480)
    assert result.value == Rectangle(10, 20, 30, 40, 0, ["car"])


def test_an_image_without_objects_has_a_prediction_that_says_so(tmp_path: Path) -> None:
    (one,) = tasks(tmp_path, record())
    assert [each.result for each in one.predictions] == [[]]


def test_an_image_without_objects_comes_back_with_its_size(tmp_path: Path) -> None:
    tasks(tmp_path, record(), record("s3://bucket/b.jpg", box()))
    back = imported(LABEL_STUDIO, tmp_path / "out.json", options={"predictions": True})
    assert back.lines[0]["pets"] == record()["boxes"]


def test_no_two_results_have_one_id(tmp_path: Path) -> None:
    lines = [record(f"s3://bucket/{name}.jpg", box(), box(0, 1)) for name in "ab"]
    ids = [result.id for one in tasks(tmp_path, *lines) for each in one.predictions for result in each.result]
    assert len(set(ids)) == 4


def test_annotations_are_written_instead_when_asked(tmp_path: Path) -> None:
    (one,) = tasks(tmp_path, record("s3://bucket/a.jpg", box()), **{"as": "annotations"})
    assert (len(one.annotations), one.predictions) == (1, [])


def test_the_control_is_named_as_the_labeling_configuration_names_it(tmp_path: Path) -> None:
    (one,) = tasks(tmp_path, record("s3://bucket/a.jpg", box()), control="bbox")
    assert one.predictions[0].result[0].from_name == "bbox"


def test_classes_of_texts_are_choices(tmp_path: Path) -> None:
    line = labeled("kind", 0, "Great!", "text-classification", class_name="good")
    (one,) = tasks(tmp_path, line)
    assert one.data == {"text": "Great!"}
    (result,) = one.predictions[0].result
    assert isinstance(result, ChoiceResult)
    assert (result.from_name, result.to_name, result.value.choices) == ("choice", "text", ["good"])


def test_classes_that_no_label_has_are_named(tmp_path: Path) -> None:
    lines = record("s3://bucket/a.jpg", box(), classes={"0": "car", "1": "van"})
    (tmp_path / "in.manifest").write_bytes(dump(lines))
    got = exported(LABEL_STUDIO, tmp_path / "in.manifest", tmp_path / "out.json")
    assert got.beside["classes without labels, which only the labeling configuration lists"] == ["van"]


@pytest.mark.parametrize("form", ["predictions", "annotations"])
def test_what_was_written_is_read_again(tmp_path: Path, form: str) -> None:
    tasks(tmp_path, record("s3://bucket/a.jpg", box(0, 1, 2, 3, 4)), **{"as": form})
    back = imported(LABEL_STUDIO, tmp_path / "out.json", options={"predictions": form == "predictions"})
    assert back.lines[0]["pets"]["annotations"] == [box(0, 1, 2, 3, 4)]
    assert back.beside == {}
