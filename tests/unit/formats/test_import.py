import json
from pathlib import Path

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.formats.manifest_lines import Origin
from groundtrain.formats.s3_manifest.gathered_labels import gather_labels
from groundtrain.formats.s3_manifest.importing import import_manifest
from tests.tables import BOX_COLUMNS, ORIGIN, PREFIX, classic, imported, source


def test_a_class_becomes_a_label_in_the_shape_of_ground_truth(tmp_path: Path) -> None:
    told, lines = imported(tmp_path, "key,class\na.jpg,cat\nb.jpg,dog\n", "b.jpg", "a.jpg")
    assert told.type == "groundtruth/image-classification"
    assert told.classes == ("cat", "dog")
    assert lines[0] == {
        "source-ref": "s3://bucket/photos/b.jpg",
        "pets": 1,
        "pets-metadata": {
            "class-name": "dog",
            "confidence": 0,
            "type": "groundtruth/image-classification",
            "human-annotated": "yes",
            "creation-date": "2026-02-03T09:00:00.000000",
            "job-name": "labeling-job/pets-1",
        },
    }


def test_records_are_in_the_order_of_the_classic_manifest(tmp_path: Path) -> None:
    _, lines = imported(tmp_path, "key,class\na,x\nb,x\nc,x\n", "c", "a", "b")
    assert [line["source-ref"].removeprefix(PREFIX) for line in lines] == ["c", "a", "b"]


def test_boxes_of_an_image_are_gathered_from_all_over_the_table(tmp_path: Path) -> None:
    rows = "a,cat,1,2,3,4,640,480\nb,dog,1,2,3,4,640,480\na,dog,5.5,6,7,8,640,480\n"
    _, lines = imported(tmp_path, BOX_COLUMNS + rows, "a")
    assert lines[0]["pets"] == {
        "image_size": [{"width": 640, "height": 480, "depth": 3}],
        "annotations": [
            {"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4},
            {"class_id": 1, "left": 5.5, "top": 6, "width": 7, "height": 8},
        ],
    }
    assert lines[0]["pets-metadata"]["class-map"] == {"0": "cat", "1": "dog"}
    assert lines[0]["pets-metadata"]["objects"] == [{"confidence": 0}, {"confidence": 0}]


def test_a_row_without_class_and_box_is_an_image_without_objects(tmp_path: Path) -> None:
    _, lines = imported(tmp_path, BOX_COLUMNS + "a,,,,,,640,480\n", "a")
    assert lines[0]["pets"]["annotations"] == []
    assert lines[0]["pets-metadata"]["class-map"] == {}


def test_a_column_can_tell_the_depth_of_images(tmp_path: Path) -> None:
    table = BOX_COLUMNS.strip() + ",image_depth\na,,,,,,640,480,1\n"
    assert imported(tmp_path, table, "a")[1][0]["pets"]["image_size"][0]["depth"] == 1


def test_several_classes_come_from_several_rows(tmp_path: Path) -> None:
    _, lines = imported(
        tmp_path,
        "key,class\na,rain\na,day\na,rain\nb,\n",
        *("a", "b"),
        type_name="groundtruth/image-classification-multilabel",
    )
    assert [line["pets"] for line in lines] == [[0, 1], []]
    assert lines[0]["pets-metadata"]["class-map"] == {"0": "rain", "1": "day"}
    assert lines[0]["pets-metadata"]["confidence-map"] == {"0": 0, "1": 0}


def test_several_classes_come_from_a_column_each(tmp_path: Path) -> None:
    told, lines = imported(tmp_path, "key,day,rain\na,1,1\nb,0,1\nc,,\n", "a", "b", "c")
    assert told.type == "groundtruth/image-classification-multilabel"
    assert [line["pets"] for line in lines] == [[0, 1], [1], []]


def test_json_lines_hold_the_same_names_as_columns(tmp_path: Path) -> None:
    box = {"key": "a", "class": "cat", "left": 1, "top": 2, "width": 3, "height": 4}
    table = json.dumps({**box, "image_width": 640, "image_height": 480})
    assert imported(tmp_path, table, "a")[0].type == "groundtruth/object-detection"


def test_an_object_may_be_named_by_its_address(tmp_path: Path) -> None:
    assert imported(tmp_path, f"source,class\n{PREFIX}a,cat\n", "a")[0].records == 1


def test_the_prefix_is_put_before_the_key_as_it_is(tmp_path: Path) -> None:
    _, lines = imported(tmp_path, "key,class\n1.jpg,cat\n", "1.jpg", prefix="s3://bucket/photo-")
    assert lines[0]["source-ref"] == "s3://bucket/photo-1.jpg"


def test_keys_are_not_decoded(tmp_path: Path) -> None:
    _, lines = imported(tmp_path, 'key,class\n"ä, b%20+1.jpg",cat\n', "ä, b%20+1.jpg")
    assert lines[0]["source-ref"] == f"{PREFIX}ä, b%20+1.jpg"


def test_what_does_not_match_is_told_and_the_rest_is_written(tmp_path: Path) -> None:
    told, lines = imported(tmp_path, "key,class\na,cat\nz,cat\n", "a", "b", "a")
    assert len(lines) == told.records == 1
    assert told.keys_without_label.examples == ["b"]
    assert told.labels_without_key.examples == ["z"]
    assert told.repeated_keys.examples == ["a"]


def test_a_category_file_gives_the_ids(tmp_path: Path) -> None:
    _, lines = imported(tmp_path, "key,class\na,cat\n", "a", categories=("dog", "cat"))
    assert lines[0]["pets"] == 1


def test_a_class_that_is_no_category_stops_the_import(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match='class "cat" is not in the label category file'):
        imported(tmp_path, "key,class\na,cat\n", "a", categories=("dog",))


def test_a_table_without_commas_is_told_what_separates_columns(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as raised:
        imported(tmp_path, "key;class\na;cat\n", "a")
    assert raised.value.fix == "separate the columns by commas"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "labels has no labels"),
        ("key,class\n", "labels has no rows"),
        ("image,class\na,cat\n", "labels has no column key or source"),
        ("key\na\n", "labels lacks columns of a table of groundtruth/image-classification"),
        ("key,class\n,cat\n", "labels line 2: the key is ''"),
        ("key,class\na\n", "labels line 2 is no row of the table: 1 cells for 2 columns"),
        ("key,key\na,a\n", "a column is named twice"),
        ('key,class\n"a,cat\n', "labels line 2 is no row of the table"),
        (b"key,class\na,\xff\n", "labels line 2 is no row of the table"),
        ("key,class\na,cat\nb,\n", "labels line 3: b has no class"),
        ("key,class\na,cat\na,dog\n", 'labels line 3: a is "dog" here and "cat" before'),
        ("key,day,rain\na,1,yes\n", "labels line 2: \"rain\" is 'yes'"),
        ('{"key":"a","class":3}', "labels line 1: the class is 3"),
        ('{"key":"a","class":"x"}\n[]', "labels line 2 is no JSON object"),
        ('{"key":7,"class":"x"}', "labels line 1: the key is 7"),
        (BOX_COLUMNS + "a,cat,1,2,3,,640,480\n", "labels line 2: half a box"),
        (BOX_COLUMNS + "a,cat,1,2,3,nan,640,480\n", "labels line 2, column height: expected a number"),
        (BOX_COLUMNS + "a,,1,2,3,4,640,480\n", "labels line 2: half a box"),
        (
            BOX_COLUMNS + "a,cat,1,2,3,wide,640,480\n",
            "labels line 2, column height: expected a whole number or a number",
        ),
        (
            BOX_COLUMNS + "a,cat,1,2,3,4,0,480\n",
            "labels line 2, column image_width: expected a whole number >= 1",
        ),
        (BOX_COLUMNS + "a,,,,,,640,480\na,,,,,,1,1\n", "a is 1 x 1 x 3 pixels here and 640 x 480 x 3 before"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_by_its_line(
    tmp_path: Path, table: str | bytes, message: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        imported(tmp_path, table, "a")
    assert message in caught.value.message
    assert caught.value.fix
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the end in place of ["),
        (b'{"source-ref":"s3://bkt/a"}', "{ in place of ["),
        (b"[]", "does not begin with a prefix"),
        (b'["a"]', "does not begin with a prefix"),
        (b'[{"prefix":"photos/"},"a"]', "does not begin with a prefix"),
        (b'[{"prefix":"s3://bkt/"},{"prefix":"s3://ckt/"}]', "element 2 is no key"),
        (b'[{"prefix":"s3://bkt/"},"a",""]', "element 3 is no key"),
        (b'[{"prefix":"s3://bkt/","prefix":"s3://ckt/"},"a"]', 'the key "prefix" is there twice'),
        (b'[{"prefix":"s3://bkt/"},7]', "element 2 is no key"),
        (b'[{"prefix":"s3://bkt/"},"\\ud800"]', "element 2 is no key"),
        (b'[{"prefix":"s3://bkt/"},"a"', "the end in place of ]"),
        (b"\x1f\x8b\x08\x00", "is not UTF-8"),
    ],
)
def test_what_is_no_classic_manifest_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    labels = gather_labels(source(tmp_path / "labels", "key,class\na,cat\n"))
    with pytest.raises(ManifestError) as caught:
        import_manifest(source(tmp_path / "images.json", text), labels, ORIGIN, tmp_path / "out")
    assert message in caught.value.message
    assert not (tmp_path / "out").exists()


def test_keys_and_labels_that_have_nothing_in_common_leave_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="keys such as a, and none of them has a label"):
        imported(tmp_path, "key,class\nz,cat\n", "a")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["source", "source-ref", "pets-metadata", "pets-ref", "our pets", ""])
def test_a_label_attribute_needs_a_name_that_ground_truth_takes(tmp_path: Path, name: str) -> None:
    labels = gather_labels(source(tmp_path / "labels", "key,class\na,cat\n"))
    with pytest.raises(LabelAttributeError):
        import_manifest(classic(tmp_path, "a"), labels, Origin(name, "job", ORIGIN.created), tmp_path / "out")
