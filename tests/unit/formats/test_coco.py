"""What becomes of a COCO file; expected values are those that cocodataset.org documents of each key."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.coco.format import COCO
from groundtrain.formats.importing import ImportedLabels
from tests.imported_labels import imported
from tests.label_files import coco


def of(tmp_path: Path, *boxes: dict[str, Any], options: dict[str, Any] | None = None, **more: Any) -> Any:
    (tmp_path / "a.json").write_text(json.dumps(coco(*boxes, **more)))
    return imported(COCO, tmp_path / "a.json", options=options)


def annotations(got: Any) -> list[Any]:
    return [line["pets"]["annotations"] for line in got.lines]


def test_boxes_keep_their_numbers_and_images_without_any_stay(tmp_path: Path) -> None:
    got = of(tmp_path, {"bbox": [0.1, 1e-3, 473.07, 395.03]}, {"bbox": [1.0, 2, 3, 4]})
    assert annotations(got)[0] == [
        {"class_id": 0, "left": 0.1, "top": 0.001, "width": 473.07, "height": 395.03},
        {"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4},
    ]
    assert annotations(got)[1] == []
    assert got.told == ImportedLabels("pets", "groundtruth/object-detection", 2, 1, ("car",), {}, ())
    assert got.lost == {}
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/a.jpg", "s3://bucket/f/b.jpg"]


def test_classes_go_by_name_in_the_order_of_the_categories_whatever_their_ids(tmp_path: Path) -> None:
    categories = [{"id": 90, "name": "dog"}, {"id": 0, "name": "cat"}, {"id": 7, "name": "bird"}]
    got = of(tmp_path, {"category_id": 0}, {"category_id": 90}, categories=categories)
    assert [box["class_id"] for box in annotations(got)[0]] == [1, 0]
    assert got.lines[0]["pets-metadata"]["class-map"] == {"0": "dog", "1": "cat"}
    assert got.told.classes == ("dog", "cat", "bird")


def test_two_categories_of_one_name_are_one_class_and_are_told(tmp_path: Path) -> None:
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "cat"}]
    got = of(tmp_path, {"category_id": 2}, categories=categories)
    assert got.told.classes == ("cat",)
    assert got.beside == {"categories of one name, which become one class": ['"cat"']}


@pytest.mark.parametrize(
    ("box", "what"),
    [
        ({"category_id": 5}, "boxes of a category that is not listed"),
        ({"image_id": 5}, "boxes of an image that is not listed"),
        ({"bbox": []}, "objects without a box (bbox of four numbers)"),
        ({"bbox": None}, "objects without a box (bbox of four numbers)"),
        ({"category_id": None}, "objects without a category"),
    ],
)
def test_what_cannot_be_used_is_counted_and_the_rest_is_written(
    tmp_path: Path, box: dict[str, Any], what: str
) -> None:
    got = of(tmp_path, {}, box)
    assert list(got.lost) == [what]
    assert len(annotations(got)[0]) == 1


def test_an_image_that_loses_all_its_boxes_is_left_out_and_never_a_negative(tmp_path: Path) -> None:
    got = of(tmp_path, {"category_id": 5})
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/b.jpg"]
    assert got.lost["images and texts all of whose labels are left out"] == ["a.jpg"]


def test_masks_points_crowds_and_keys_of_other_tools_are_counted(tmp_path: Path) -> None:
    beside = {
        "segmentation": [[1, 2, 3, 4, 5, 6]],
        "keypoints": [1, 2, 2] * 17,
        "iscrowd": 1,
        "attributes": {"occluded": True},
        "rotation": 30,
    }
    got = of(tmp_path, {}, beside)
    assert len(annotations(got)[0]) == 2
    assert got.lost == {}
    assert set(got.beside) == {
        "masks (segmentation)",
        "points (keypoints)",
        "attributes",
        "that a box is of a crowd (iscrowd)",
        '"rotation" of annotations',
    }


def test_a_file_without_a_single_object_is_told(tmp_path: Path) -> None:
    got = of(tmp_path, annotations=[])
    assert (got.told.records, got.told.without_objects, got.lost) == (2, 2, {})
    assert got.odd == {
        "files without a single object, so that every image is one without objects": [
            str(tmp_path / "a.json")
        ]
    }


def test_empty_masks_are_none(tmp_path: Path) -> None:
    assert of(tmp_path, {"segmentation": [], "keypoints": None, "attributes": {}}).beside == {}


def test_crowds_are_left_out_when_asked(tmp_path: Path) -> None:
    got = of(tmp_path, {}, {"iscrowd": 1}, options={"without_crowds": True})
    assert len(annotations(got)[0]) == 1
    assert got.beside == {"crowds (iscrowd), left out": ["annotation 2"]}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.jpg"}]}, "images 2: id 1"),
        ({"categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}, "categories 2: the id 1"),
        ({"categories": None}, "it has no categories"),
        ({"annotations": None}, "it has no annotations"),
        ({"images": [{"id": 1}]}, 'images 1: the key "file_name" is missing'),
        ({"annotations": [{"image_id": 1, "bbox": "x"}]}, "annotations 1, bbox: expected a list or null"),
        ({"categories": [{"id": 1, "name": " "}]}, "no visible character"),
        ({"images": [{"id": 1, "file_name": "a.jpg"}]}, "image 1: the size of a.jpg is not said"),
        ({"images": [{"id": 1, "file_name": "a.jpg", "width": 0, "height": 9}]}, "the size of a.jpg is not"),
        ({"images": [], "annotations": []}, "there is nothing to write"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(
    tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, **more)
    assert words in raised.value.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty, and not a COCO file"),
        (b"<annotation></annotation>", "is a Pascal VOC file (XML), and not"),
        (
            b'[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":1}]',
            "is a COCO file of results, and not",
        ),
        (b"key,class\na.jpg,car\n", "is a table of labels with the columns key, class, and not"),
        (b'{"a": 1}', "no images and no annotations and no categories"),
        (b"\x1f\x8b\x08", "is gzip-compressed, and not"),
        (b"hello\n", "and not a COCO file"),
        (json.dumps(coco()).replace("[10,", "[NaN,").encode(), "invalid character at byte"),
    ],
)
def test_a_wrong_file_is_called_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(COCO, tmp_path / "a.json")
    assert words in raised.value.message
    assert raised.value.fix


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(coco()))
    assert COCO.counted is not None
    assert COCO.counted(tmp_path / "a.json") == "2 images, 1 annotation, 1 category"


def test_a_file_without_an_end_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    with pytest.raises(ManifestError, match="is a binary file, and not a COCO file"):
        imported(COCO, tmp_path / "huge")


def test_masks_of_many_times_the_memory_are_passed_over(tmp_path: Path) -> None:
    """A file of 32 MB; what is held is a piece of 4 MiB, and some copies of it."""
    mask, boxes = json.dumps([[1.25] * 8000]), 680
    empty = json.dumps(coco(annotations=[{"image_id": 1}]))
    start, end = empty.split('{"image_id": 1}')
    with (tmp_path / "a.json").open("w") as file:
        one = f'{{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"segmentation":{mask}}}'
        file.writelines((start, *([f"{one},"] * (boxes - 1)), one, end))
    assert (tmp_path / "a.json").stat().st_size > 32_000_000
    tracemalloc.start()
    try:
        got = imported(COCO, tmp_path / "a.json")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(got.lines[0]["pets"]["annotations"]) == boxes
    assert peak < 28_000_000
