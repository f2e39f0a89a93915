"""Manifests of other people, written in each format: readers by other people see the boxes that they hold."""

import json

import pytest

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.csv_labels.format import CSV
from groundtrain.formats.label_studio.format import LABEL_STUDIO
from groundtrain.formats.voc.format import VOC
from groundtrain.formats.yolo.format import YOLO
from tests import judges
from tests.corpus import CORPUS
from tests.imported_labels import exported
from tests.judges import boxes_said
from tests.label_files import blank_image, put

_GREENGRASS = "aws-samples__amazon-sagemaker-aws-greengrass-custom-object-detection-model/training__tmp__"
_TEXTRACT = "aws-samples__amazon-textract-transformer-pipeline/notebooks__data__annotations__"
_REKOGNITION = (
    "docs/awsdocs__amazon-rekognition-custom-labels-developer-guide__doc_source__"
    "cd-manifest-files-object-detection__block01-object-localization-in-manifest-files.json"
)
BOXES = {  # files of the corpus with bounding boxes, and how many
    "zeeshan3945__Data-Prepocessing-and-Object-detection/dataset__output.manifest": 54,
    f"{_TEXTRACT}augmentation-1__manifests__output__output.manifest": 600,
    f"{_TEXTRACT}augmentation-2__manifests__output__output.manifest": 508,
    f"{_GREENGRASS}blue-box-large-job-public-blue-box-large-job-public.output.manifest": 590,
    f"{_GREENGRASS}blue-box-small-job-public-blue-box-small-job-public.output.manifest": 19,
    f"{_GREENGRASS}yellow-box-large-job-public-yellow-box-large-job-public.output.manifest": 579,
    f"{_GREENGRASS}yellow-box-small-job-public-yellow-box-small-job-public.output.manifest": 33,
    "DaikiTanak__pascalgt/tests__example_data__manifest__output.manifest": 6,
    "aws__amazon-sagemaker-examples/archived__pytorch_yolov5_training_and_hpo__sample_output.manifest": 192,
    _REKOGNITION: 2,
}
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the repository")


@pytest.fixture(params=BOXES, ids=lambda name: name.split("__")[0])
def name(request):
    return request.param


@pytest.fixture
def manifest(name):
    return CORPUS / name


@pytest.fixture
def lines(manifest):
    return [json.loads(line) for line in manifest.read_bytes().splitlines() if line.strip()]


@pytest.fixture
def label(lines):
    (found,) = {
        key.removesuffix("-metadata")
        for line in lines
        for key, value in line.items()
        if isinstance(value, dict) and value.get("type") == "groundtruth/object-detection"
    }
    return found


def test_its_boxes_are_seen_in_coco(manifest, lines, label, name, tmp_path):
    got = exported(COCO, manifest, tmp_path / "out.json", label=label)
    said = boxes_said(lines, label, got.told.prefix)
    assert got.lost == {}
    assert sum(map(len, said.values())) == BOXES[name]
    for judge in judges.COCO_JUDGES.values():
        assert judge(tmp_path / "out.json") == said


def test_its_boxes_are_seen_in_voc(manifest, lines, label, tmp_path):
    got = exported(VOC, manifest, tmp_path / "out", label=label)
    said = boxes_said(lines, label, got.told.prefix)
    assert got.lost == {}
    classes = sorted({box.name for boxes in said.values() for box in boxes})
    assert judges.labelformat_voc(tmp_path / "out", classes) == said
    assert judges.globox_voc(tmp_path / "out") == said
    assert judges.schema_voc(tmp_path / "out") == said


def test_its_boxes_are_seen_in_yolo(manifest, lines, label, tmp_path):
    got = exported(YOLO, manifest, tmp_path / "out", label=label)
    said, images = boxes_said(lines, label, got.told.prefix), tmp_path / "out" / "images"
    assert got.lost == {}
    for line in lines:
        (size,) = line[label]["image_size"]
        image = line["source-ref"].removeprefix(got.told.prefix)
        put(images, {image: blank_image(size["width"], size["height"])})
    assert judges.labelformat_yolo(tmp_path / "out") == said


def test_its_boxes_are_seen_in_csv(manifest, lines, label, tmp_path):
    got = exported(CSV, manifest, tmp_path / "out.csv", label=label)
    assert got.lost == {}
    assert judges.pandas_csv(tmp_path / "out.csv") == boxes_said(lines, label, got.told.prefix)


def test_its_tasks_of_label_studio_are_as_documented(manifest, lines, label, tmp_path):
    got = exported(LABEL_STUDIO, manifest, tmp_path / "out.json", label=label)
    assert got.lost == {}
    assert judges.documented_label_studio(tmp_path / "out.json") == boxes_said(lines, label, "")
