"""What holds for every format that is exported, shown with COCO."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import ManifestError
from groundtrain.formats.coco.format import COCO
from tests.imported_labels import exported
from tests.manifest_lines import box, dump, manifest_of, record


def of(tmp_path: Path, *lines: Any, **more: Any) -> tuple[Any, Any]:
    manifest = manifest_of(tmp_path, *map(dump, lines)).path
    got = exported(COCO, manifest, tmp_path / "coco.json", **more)
    return got, json.loads((tmp_path / "coco.json").read_bytes())


def test_images_are_named_below_the_folder_that_they_share(tmp_path: Path) -> None:
    got, coco = of(tmp_path, record("s3://bucket/a/x/1.jpg"), record("s3://bucket/a/y/1.jpg"))
    assert got.told.prefix == "s3://bucket/a/"
    assert [image["file_name"] for image in coco["images"]] == ["x/1.jpg", "y/1.jpg"]


def test_images_of_several_buckets_are_named_by_bucket(tmp_path: Path) -> None:
    _, coco = of(tmp_path, record("s3://one/a.jpg"), record("s3://two/a.jpg"))
    assert [image["file_name"] for image in coco["images"]] == ["one/a.jpg", "two/a.jpg"]


def test_classes_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    _, coco = of(
        tmp_path,
        record("s3://bucket/a.jpg", box(7), classes={"7": "car"}),
        record("s3://bucket/b.jpg", box(0), classes={"0": "bus"}),
    )
    assert coco["categories"] == [{"id": 1, "name": "bus"}, {"id": 2, "name": "car"}]
    assert [each["category_id"] for each in coco["annotations"]] == [2, 1]


def test_boxes_keep_their_numbers_and_negatives_stay(tmp_path: Path) -> None:
    _, coco = of(tmp_path, record("s3://bucket/a.jpg", box(0, 0.1, 2, 3.25, 4)), record("s3://bucket/b.jpg"))
    assert [each["bbox"] for each in coco["annotations"]] == [[0.1, 2, 3.25, 4]]
    assert len(coco["images"]) == 2
    assert coco["images"][0] | {"width": 640, "height": 480} == coco["images"][0]


def test_lines_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    got, coco = of(
        tmp_path,
        record("s3://bucket/a.jpg", box()),
        {"source-ref": "s3://bucket/b.jpg"},
        record("s3://bucket/c.jpg", box(5)),
        record("s3://bucket/d.jpg", box(), classes={"0": " "}),
        record("s3://bucket/a.jpg", box()),
    )
    assert got.lost == {
        "lines without a label that can be read": ["line 2", "line 3"],
        "lines with a class that has no name": ["line 4"],
        "lines with the image or text of an earlier one": ["line 5"],
    }
    assert len(coco["images"]) == 1


def test_what_a_line_says_beside_the_label_is_counted(tmp_path: Path) -> None:
    line = record("s3://bucket/a.jpg", box(), objects=[{"confidence": 0.9}])
    other = {"kind": 0, "kind-metadata": {"type": "groundtruth/image-classification", "class-name": "x"}}
    got, _ = of(tmp_path, {**line, **other, "page": 2, "split": "train"}, label="boxes")
    assert got.beside == {
        "labels of kind": ["line 1"],
        "the attribute page": ["line 1"],
        "the attribute split": ["line 1"],
        "dates and labeling jobs of labels": ["line 1"],
        "confidences": ["line 1"],
    }


def test_labels_that_the_format_cannot_hold_are_refused(tmp_path: Path) -> None:
    line = {
        "source-ref": "s3://bucket/a.jpg",
        "kind": 0,
        "kind-metadata": {"type": "groundtruth/image-classification", "class-name": "x"},
    }
    with pytest.raises(ManifestError, match="COCO cannot hold labels of type groundtruth/image-classif"):
        of(tmp_path, line)


def test_a_manifest_without_a_usable_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no line has a label of boxes that can be read"):
        of(tmp_path, record("s3://bucket/a.jpg", box(5)))
