"""What becomes of a SeqLabel.json: the Developer Guide's, and two published ones in the corpus."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.sequence import SEQUENCE
from tests.imported_labels import imported
from tests.label_files import blank_image, put, sequence


def of(tmp_path: Path, content: Any, *, categories: tuple[str, ...] = (), images: bool = True) -> Any:
    (tmp_path / "SeqLabel.json").write_text(json.dumps(content))
    folder = put(tmp_path / "frames", {"000001.jpg": blank_image(), "2.jpg": blank_image()})
    return imported(
        SEQUENCE, tmp_path / "SeqLabel.json", images=folder if images else None, categories=categories
    )


def test_each_frame_is_a_line_whose_classes_are_those_of_the_names_of_its_objects(tmp_path: Path) -> None:
    content = sequence({}, {"class-id": "2", "object-name": "big bus:1", "left": 0.5})
    content["tracking-annotations"].append({"annotations": [], "frame-no": "1", "frame": "2.jpg"})
    got = of(tmp_path, content)
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/000001.jpg", "s3://bucket/f/2.jpg"]
    assert got.lines[0]["pets"] == {
        "image_size": [{"width": 640, "height": 480, "depth": 3}],
        "annotations": [
            {"class_id": 0, "left": 10, "top": 20, "width": 30, "height": 40},
            {"class_id": 1, "left": 0.5, "top": 20, "width": 30, "height": 40},
        ],
    }
    assert got.told.classes == ("car", "big bus")
    assert got.told.without_objects == 1
    assert got.beside == {
        "which objects are the same from frame to frame (object-id)": [
            "car:1 on 000001.jpg",
            "big bus:1 on 000001.jpg",
        ]
    }


def test_detections_have_names_from_the_label_category_file(tmp_path: Path) -> None:
    content = sequence({"class-id": "1"}, tracked=False)
    got = of(tmp_path, content, categories=("car", "bus"))
    assert got.lines[0]["pets-metadata"]["class-map"] == {"1": "bus"}
    with pytest.raises(ManifestError, match="the class id 1 has no name") as raised:
        of(tmp_path, content)
    assert "--category-file" in raised.value.fix


def test_attributes_are_counted(tmp_path: Path) -> None:
    content = sequence({"label-category-attributes": {"Color": "Green"}}, tracked=False)
    content["detection-annotations"][0]["frame-attributes"] = {"weather": "rain"}
    got = of(tmp_path, content, categories=("car",))
    assert list(got.beside) == ["attributes of objects (label-category-attributes)", "attributes of frames"]


def test_what_is_no_box_is_counted_and_its_frame_is_no_negative(tmp_path: Path) -> None:
    polygon = {"vertices": [{"x": 1, "y": 2}], **dict.fromkeys(("left", "top", "width", "height"))}
    content = sequence(polygon)
    content["tracking-annotations"].append({"annotations": [], "frame": "2.jpg"})
    got = of(tmp_path, content)
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/2.jpg"]
    assert list(got.lost) == [
        "objects that are no boxes: polygons, lines, points, cuboids",
        "images and texts all of whose labels are left out",
    ]


CLOUD = {"lidar": {"tracking-annotations": []}, "camera-0": {"tracking-annotations": []}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            sequence({}, {"object-name": "bus:2"}),
            'the class id 0 is "car" before, or in',
        ),
        (sequence({"class-id": "car"}), "tracking-annotations[0].annotations[0].class-id"),
        (sequence({"left": "10"}), "tracking-annotations[0].annotations[0].left: expected a number or null"),
        ({"tracking-annotations": [{"annotations": []}]}, 'the key "frame" is missing'),
        ({"tracking-annotations": 3}, "tracking-annotations: expected a list"),
        ({"tracking-annotations": []}, "there is nothing to write"),
        ({"a": 1}, "it has no tracking-annotations and no detection-annotations"),
        (CLOUD, "is of a point cloud with cameras (lidar, camera-0)"),
        ({"images": [], "annotations": []}, "is a COCO file, and not the label file of a sequence"),
        ([], "is not the label file of a sequence"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(
    tmp_path: Path, content: Any, words: str
) -> None:
    with pytest.raises(GroundtrainError) as raised:
        of(tmp_path, content)
    assert words in raised.value.message


def test_sizes_come_from_the_frames(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r'frame "000001\.jpg": the size of 000001\.jpg is not said'):
        of(tmp_path, sequence({}), images=False)


def test_a_file_larger_than_any_sequence_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    with pytest.raises(GroundtrainError, match="is larger than 64 MiB"):
        imported(SEQUENCE, tmp_path / "huge")


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "SeqLabel.json").write_text(json.dumps(sequence({}, {})))
    assert SEQUENCE.counted is not None
    assert SEQUENCE.counted(tmp_path / "SeqLabel.json") == "1 frame, 2 objects"
