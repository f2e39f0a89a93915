"""A demonstration leaves a report and pictures of what it went through."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from groundtrain.formats.labeled_items import Size
from groundtrain.predictions.prediction_line import Predictor
from groundtrain.progress_reporter import SilentReporter
from local.demo.choice import Choice
from local.demo.demo_report import leave_pictures
from local.demo.demo_settings import write_settings
from local.demo.detections_picture import Seen, draw_detections, write_predictions
from local.demo.detector.cells import Boxes
from local.demo.detector.examples import example
from local.demo.labeled_data import LabeledData
from local.demo.own_manifest import own_manifest
from local.demo.workspace import Workspace, fresh_workspace
from tests.label_samples import SAMPLES
from tests.local.test_demo_data import TEMPLATE
from tests.manifest_lines import box, dump, manifest_of, record

UNTRAINED: Any = SimpleNamespace(model_package="", dataset=None)


def left_by(workspace: Workspace, data: LabeledData, choice: Choice) -> str:
    workspace.manifest.write_bytes(data.manifest)
    write_settings(TEMPLATE, workspace.environments, data.buckets, own=True)
    return leave_pictures(data, choice, UNTRAINED, UNTRAINED, workspace, SilentReporter())


def test_the_report_shows_labels_and_findings_with_the_images(tmp_path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (640, 480), "red").save(images / "a.jpg")
    lines = record("s3://bucket/a.jpg", box()), record("s3://bucket/b.jpg", box(left=630))
    path = manifest_of(tmp_path / "in", *map(dump, lines)).path
    workspace = fresh_workspace(tmp_path / "demo")
    data = own_manifest(path, images, None)
    page = left_by(workspace, data, Choice(workspace.root, manifest=path, images=images))
    assert page == str(workspace.root / "report.html")
    text = workspace.report.read_text("utf-8")
    assert "GT204" in text
    assert "data:image/" in text
    with Image.open(workspace.sample) as sheet:
        assert sheet.width > 640
    assert not workspace.detections.exists()


@pytest.mark.parametrize(
    "kind", ["groundtruth/text-span", "groundtruth/image-classification", "groundtruth/custom"]
)
def test_labels_of_other_types_have_a_report_too(tmp_path, kind) -> None:
    path = manifest_of(tmp_path / "in", *map(dump, SAMPLES[kind].lines)).path
    workspace = fresh_workspace(tmp_path / "demo")
    page = left_by(workspace, own_manifest(path, None, None), Choice(workspace.root, manifest=path))
    assert page
    assert workspace.sample.exists()


def test_where_no_report_can_be_made_the_demonstration_ends_all_the_same(tmp_path) -> None:
    workspace = fresh_workspace(tmp_path / "demo")
    data = LabeledData(job="job", label="label", manifest=b"no manifest\n", uploads=())
    assert left_by(workspace, data, Choice(workspace.root)) == ""


def test_what_was_found_is_beside_the_labels(tmp_path) -> None:
    """In the picture, in a manifest of predictions, and in the report, scaled to the images as labeled."""
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (640, 400), "red").save(images / "a.jpg")
    line = record("s3://bucket/a.jpg", box(left=100, top=50), size=(640, 400))
    path = manifest_of(tmp_path / "in", dump(line)).path
    workspace = fresh_workspace(tmp_path / "demo")
    labeled = example((images / "a.jpg").read_bytes(), line["boxes"])
    found = Boxes(np.array([[50.0, 25, 65, 45]]), np.array([0]), np.array([0.75]))
    seen = [Seen("s3://bucket/a.jpg", Size(640, 400), labeled, found)]
    draw_detections(seen, ["car"], workspace.detections)
    predictor = Predictor("predicted", "street", ["car"], 0, datetime(2026, 11, 27, tzinfo=UTC))
    write_predictions(seen, predictor, workspace.predictions)
    written = json.loads(workspace.predictions.read_bytes())["predicted"]["annotations"]
    assert written == [box(left=100, top=50)]
    left_by(workspace, own_manifest(path, images, None), Choice(workspace.root, manifest=path, images=images))
    assert "street" in workspace.report.read_text("utf-8")
