import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.formats.s3_manifest.exporting import ExportedLabels, export_keys, export_labels
from groundtrain.formats.s3_manifest.named_objects import look_for_objects
from tests.manifest_lines import LABEL, box, dump, manifest_of, record

A, B = "s3://bucket/photos/a.jpg", "s3://bucket/photos/more/b.jpg"
NAMES = {"0": "car", "1": "bus"}


def exported(directory: Path, *lines: bytes, bucket: str = "") -> Any:
    objects = look_for_objects(manifest_of(directory, *lines), bucket)
    assert export_keys(objects, directory / "keys") > 0
    return json.loads((directory / "keys").read_bytes())


def table(
    directory: Path, *lines: bytes, name: str = "labels.csv", label: str | None = None
) -> tuple[ExportedLabels, str]:
    objects = look_for_objects(manifest_of(directory, *lines))
    return export_labels(objects, label, directory / name), (directory / name).read_text("utf-8")


def classified(source: str, label: Any, **metadata: Any) -> bytes:
    kind = "image-classification" + ("-multilabel" if isinstance(label, list) else "")
    return dump(
        {"source-ref": source, "kind": label, "kind-metadata": {"type": f"groundtruth/{kind}", **metadata}}
    )


def test_keys_are_relative_to_the_folder_that_all_objects_share(tmp_path: Path) -> None:
    lines = [dump(record(A)), dump(record(B))]
    assert exported(tmp_path, *lines) == [{"prefix": "s3://bucket/photos/"}, "a.jpg", "more/b.jpg"]


def test_the_prefix_ends_at_a_slash(tmp_path: Path) -> None:
    lines = [dump({"source-ref": f"s3://bucket/photo-{i}.jpg"}) for i in (1, 2)]
    assert exported(tmp_path, *lines) == [{"prefix": "s3://bucket/"}, "photo-1.jpg", "photo-2.jpg"]


def test_an_object_is_listed_once(tmp_path: Path) -> None:
    assert exported(tmp_path, *[dump(record(A))] * 2, dump(record(B)))[1:] == ["a.jpg", "more/b.jpg"]


def test_several_buckets_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"2 buckets \(bucket, other\)") as caught:
        exported(tmp_path, dump(record(A)), dump(record("s3://other/a.jpg")))
    assert "--bucket" in caught.value.fix


def test_one_of_several_buckets_can_be_chosen(tmp_path: Path) -> None:
    lines = [dump(record(A)), dump(record("s3://other/c.jpg"))]
    assert exported(tmp_path, *lines, bucket="other") == [{"prefix": "s3://other/"}, "c.jpg"]


def test_lines_that_name_no_object_are_told(tmp_path: Path) -> None:
    lines = [dump(record(A)), b"[]", dump(record("photo.jpg")), b'{"source-ref":7}']
    objects = look_for_objects(manifest_of(tmp_path, *lines))
    assert objects.without_address.examples == ["line 2", "line 3", "line 4"]


def test_a_manifest_that_names_no_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="names an object"):
        exported(tmp_path, dump({"source": "some text"}))


def test_boxes_are_written_one_a_row(tmp_path: Path) -> None:
    one = dump(record(A, box(0, 1, 2, 3, 4), box(1, 1.5, 2, 3, 4), classes=NAMES))
    told, text = table(tmp_path, one, dump(record(B, classes={})))
    assert text.splitlines() == [
        "key,class,left,top,width,height,image_width,image_height,image_depth",
        "a.jpg,car,1,2,3,4,640,480,3",
        "a.jpg,bus,1.5,2,3,4,640,480,3",
        "more/b.jpg,,,,,,640,480,3",
    ]
    assert told.rows == 3


def test_a_class_is_written_by_its_name(tmp_path: Path) -> None:
    lines = [classified(A, 1, **{"class-name": "bus"}), classified(B, "0", **{"class-name": "car"})]
    assert table(tmp_path, *lines)[1].splitlines() == ["key,class", "a.jpg,bus", "more/b.jpg,car"]


def test_several_classes_are_written_one_a_row(tmp_path: Path) -> None:
    lines = [classified(A, [1, 0], **{"class-map": NAMES}), classified(B, [], **{"class-map": {}})]
    assert table(tmp_path, *lines)[1].splitlines() == ["key,class", "a.jpg,bus", "a.jpg,car", "more/b.jpg,"]


def test_a_table_named_jsonl_is_json_lines(tmp_path: Path) -> None:
    lines = [classified(A, [0], **{"class-map": NAMES}), classified(B, [], **{"class-map": {}})]
    _, text = table(tmp_path, *lines, name="labels.jsonl")
    assert list(map(json.loads, text.splitlines())) == [
        {"key": "a.jpg", "class": "car"},
        {"key": "more/b.jpg", "class": None},
    ]


def test_objects_without_a_label_that_can_be_read_are_told(tmp_path: Path) -> None:
    lines = [dump(record(A, box())), dump({"source-ref": B}), dump(record("s3://bucket/c", box(9)))]
    told, _ = table(tmp_path, *lines)
    assert told.without_label.examples == ["line 2", "line 3"]


def test_of_several_label_attributes_one_must_be_chosen(tmp_path: Path) -> None:
    chained = {**record(A, box()), **{k.replace(LABEL, "adjusted"): v for k, v in record(A, box()).items()}}
    with pytest.raises(LabelAttributeError, match="2 label attributes"):
        table(tmp_path, dump(chained))
    assert table(tmp_path, dump(chained), label="adjusted")[0].label == "adjusted"


def test_labels_that_are_no_table_are_refused(tmp_path: Path) -> None:
    metadata = {"type": "groundtruth/semantic-segmentation", "internal-color-map": {}}
    line = dump({"source-ref": A, "road-ref": "s3://bucket/mask.png", "road-ref-metadata": metadata})
    with pytest.raises(ManifestError, match="semantic-segmentation cannot be written as a table"):
        table(tmp_path, line)
