"""Readers by other people see in what is written the same images, classes and boxes as the manifest says."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.csv_labels.format import CSV
from groundtrain.formats.label_studio.format import LABEL_STUDIO
from tests import judges
from tests.imported_labels import exported
from tests.judged import BEYOND, CLASSES, HARD, lines_of, manifest_of, voc_of, yolo_of
from tests.judges import boxes_said
from tests.label_samples import samples
from tests.manifest_lines import LABEL

EXAMPLES = settings(max_examples=12)
sides = st.integers(0, 300) | st.floats(1e-6, 300, allow_nan=False)
boxes = st.tuples(st.integers(0, len(CLASSES) - 1), sides, sides, sides, sides)
names = st.sampled_from(["a", "Ä b", "c,d", "x/1", "x/y z/1", "x/2", "&amp;", "#1", "%20", "-"])
pictures = st.dictionaries(names.map("{}.jpg".format), st.lists(boxes, max_size=4), min_size=2, max_size=5)


@pytest.mark.parametrize("judge", judges.COCO_JUDGES)
@pytest.mark.parametrize("drawn", [HARD, BEYOND], ids=["hard", "beyond"])
def test_coco_is_seen(drawn, judge, tmp_path):
    assert_coco_is_seen(drawn, judge, tmp_path)


@pytest.mark.parametrize("judge", judges.COCO_JUDGES)
@EXAMPLES
@given(drawn=pictures)
def test_any_coco_is_seen(drawn, judge):
    with tempfile.TemporaryDirectory() as directory:
        assert_coco_is_seen(drawn, judge, Path(directory))


def assert_coco_is_seen(drawn: dict[str, Any], judge: str, folder: Path) -> None:
    lines = lines_of(drawn)
    got = exported(COCO, manifest_of(folder, lines), folder / "out.json")
    assert judges.COCO_JUDGES[judge](folder / "out.json") == boxes_said(lines, LABEL, got.told.prefix)
    written = json.loads((folder / "out.json").read_bytes())
    assert [one["name"] for one in written["categories"]] == list(CLASSES)
    assert all(one["area"] == one["bbox"][2] * one["bbox"][3] for one in written["annotations"])


@EXAMPLES
@given(drawn=pictures.map(lambda drawn: {"0.jpg": [], **drawn}))
def test_any_yolo_is_seen(drawn):
    with tempfile.TemporaryDirectory() as directory:
        folder, said = yolo_of(drawn, Path(directory))
        assert judges.labelformat_yolo(folder) == said
        assert judges.labelformat_yolo(folder, "val") == said
        assert judges.globox_yolo(folder) == said


def test_yolo_is_seen(tmp_path):
    folder, said = yolo_of(HARD, tmp_path)
    assert judges.labelformat_yolo(folder) == said
    assert judges.globox_yolo(folder) == said


@pytest.mark.parametrize("drawn", [HARD, BEYOND], ids=["hard", "beyond"])
def test_voc_is_seen(drawn, tmp_path):
    folder, said = voc_of(drawn, tmp_path)
    assert judges.labelformat_voc(folder, CLASSES) == said
    assert judges.globox_voc(folder) == said
    assert judges.schema_voc(folder) == said


@EXAMPLES
@given(drawn=pictures)
def test_any_voc_is_seen(drawn):
    with tempfile.TemporaryDirectory() as directory:
        folder, said = voc_of(drawn, Path(directory))
        assert judges.labelformat_voc(folder, CLASSES) == said
        assert judges.globox_voc(folder) == said
        assert judges.schema_voc(folder) == said


@EXAMPLES
@given(drawn=pictures)
def test_any_csv_is_seen(drawn):
    with tempfile.TemporaryDirectory() as directory:
        lines = lines_of(drawn)
        got = exported(CSV, manifest_of(Path(directory), lines), Path(directory, "out.csv"))
        said = boxes_said(lines, LABEL, got.told.prefix)
        assert judges.pandas_csv(Path(directory, "out.csv")) == said


@pytest.mark.parametrize("kind", ["predictions", "annotations"])
@EXAMPLES
@given(drawn=pictures)
def test_any_tasks_of_label_studio_are_as_documented(drawn, kind):
    with tempfile.TemporaryDirectory() as directory:
        lines, path = lines_of(drawn), Path(directory, "out.json")
        exported(LABEL_STUDIO, manifest_of(Path(directory), lines), path, options={"as": kind})
        assert judges.documented_label_studio(path) == boxes_said(lines, LABEL, "")


def results(path: Path) -> list[list[Any]]:
    """Of each task the values of its results, which are as documented."""
    return [
        [one["value"] for one in task["predictions"][0]["result"]] for task in judges.label_studio_tasks(path)
    ]


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("groundtruth/image-classification", [["dog"], ["cat"], ["dog"]]),
        ("groundtruth/text-classification", [["glad"], ["sad"], ["glad"]]),
        ("groundtruth/image-classification-multilabel", [["rain", "day"], ["snow"], None]),
    ],
)
def test_choices_in_tasks_of_label_studio_are_as_documented(kind, chosen, tmp_path):
    exported(LABEL_STUDIO, manifest_of(tmp_path, list(samples(kind))), tmp_path / "out.json")
    said = [[] if names is None else [{"choices": names}] for names in chosen]
    assert results(tmp_path / "out.json") == said


def test_spans_in_tasks_of_label_studio_are_as_documented(tmp_path):
    exported(
        LABEL_STUDIO, manifest_of(tmp_path, list(samples("groundtruth/text-span"))), tmp_path / "out.json"
    )
    assert [[(one["labels"], one["text"]) for one in task] for task in results(tmp_path / "out.json")] == [
        [(["PERSON"], "Ada"), (["CITY"], "Turin")],
        [(["PERSON"], "Ünal"), (["CITY"], "Łódź"), (["PERSON"], "Ann")],
        [(["PERSON"], "Bob")],
    ]
