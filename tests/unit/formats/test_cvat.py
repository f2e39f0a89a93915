"""What becomes of an export of CVAT; expected values are those that docs.cvat.ai documents."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.cvat.format import CVAT
from tests.imported_labels import imported
from tests.label_files import cvat, cvat_box, cvat_image
from tests.unit.images.pictures import jpeg


def of(tmp_path: Path, *images: str, images_in: Path | None = None, options: Any = None, **more: Any) -> Any:
    (tmp_path / "annotations.xml").write_text(cvat(*images, **more))
    return imported(CVAT, tmp_path / "annotations.xml", options=options, images=images_in)


def boxes(got: Any, line: int = 0) -> list[list[float]]:
    return [
        [box[side] for side in ("left", "top", "width", "height")]
        for box in got.lines[line]["pets"]["annotations"]
    ]


def tag(label: str) -> str:
    return f'<tag label="{label}" source="manual"></tag>'


def test_corners_become_boxes_with_the_digits_that_the_file_has(tmp_path: Path) -> None:
    """The plate of the documentation's example."""
    box = '<box label="plate" xtl="797.33" ytl="870.92" xbr="965.52" ybr="928.94" occluded="0"></box>'
    got = of(tmp_path, cvat_image(box, more='width="1600" height="1200"'), labels=("car", "plate"))
    assert boxes(got) == [[797.33, 870.92, 168.19, 58.02]]
    assert got.lines[0]["pets"]["image_size"] == [{"width": 1600, "height": 1200, "depth": 3}]
    assert got.told.classes == ("car", "plate")
    assert (got.lost, got.beside, got.odd) == ({}, {}, {})


@pytest.mark.parametrize("meta", ["task", "job", "project"])
def test_classes_are_the_labels_of_the_task_the_job_or_the_project(tmp_path: Path, meta: str) -> None:
    got = of(tmp_path, cvat_image(cvat_box("b")), labels=("a", "b"), meta=meta)
    assert got.told.classes == ("a", "b")
    assert got.lines[0]["pets-metadata"]["class-map"] == {"1": "b"}


def test_labels_of_other_shapes_and_parts_of_skeletons_are_no_classes(tmp_path: Path) -> None:
    labels = (
        "car</name><type>rectangle</type><name>",
        "hand</name><type>any</type><parent>body</parent><name>",
        "lane</name><type>polyline</type><name>",
        "night</name><type>tag</type><name>",
        "any</name><type>any</type><name>",
    )
    assert of(tmp_path, cvat_image(cvat_box()), labels=labels).told.classes == ("car", "any")
    assert of(tmp_path, cvat_image(tag("night")), labels=labels).told.classes == ("night", "any")


def test_a_label_that_the_task_does_not_list_is_carried_and_named(tmp_path: Path) -> None:
    got = of(tmp_path, cvat_image(cvat_box("van")))
    assert got.told.classes == ("car", "van")
    assert got.odd == {"labels that the task does not list": ["line 5 van"]}


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        ("0.00", [100, 100, 40, 20]),
        ("360", [100, 100, 40, 20]),
        ("90.00", [110, 90, 20, 40]),
        ("-90", [110, 90, 20, 40]),
        ("180", [100, 100, 40, 20]),
        ("45", [120 - 30 * 0.5**0.5, 110 - 30 * 0.5**0.5, 60 * 0.5**0.5, 60 * 0.5**0.5]),
    ],
)
def test_a_box_that_is_turned_about_its_centre_becomes_the_smallest_box_around_it(
    tmp_path: Path, rotation: str, expected: list[float]
) -> None:
    got = of(tmp_path, cvat_image(cvat_box(more=f'rotation="{rotation}"', sides=(100, 100, 140, 120))))
    assert boxes(got)[0] == pytest.approx(expected)
    is_turned = rotation not in ("0.00", "360")
    assert (
        list(got.lost) == ["turned boxes (rotation), of which the smallest box around is written"] * is_turned
    )


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        ('<polygon label="car" points="1,2;3,4;5,6"/>', "polygons"),
        ('<polyline label="car" points="1,2;3,4"/>', "polylines"),
        ('<points label="car" points="1,2"/>', "points"),
        ('<ellipse label="car" cx="1" cy="2" rx="3" ry="4"/>', "ellipses"),
        ('<cuboid label="car" xtl1="1"/>', "cuboids"),
        ('<skeleton label="car"><points label="1" points="1,2"/></skeleton>', "skeletons"),
        ('<mask label="car" rle="1, 2" left="1" top="2" width="3" height="4"/>', "masks"),
        ('<sphere label="car"/>', "<sphere> of images"),
        ('<box xtl="1" ytl="1" xbr="2" ybr="2"/>', "box without a label"),
    ],
)
def test_other_shapes_are_objects_that_are_lost_and_their_image_is_no_negative(
    tmp_path: Path, shape: str, what: str
) -> None:
    got = of(tmp_path, cvat_image(cvat_box()), cvat_image(shape, name="b.jpg"))
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/a.jpg"]
    assert got.lost == {what: ["line 6"], "images and texts all of whose labels are left out": ["b.jpg"]}


def test_what_is_said_beside_a_box_is_counted(tmp_path: Path) -> None:
    more = 'outside="1" group_id="3"><attribute name="colour">red</attribute></box><box label="car"'
    box = cvat_box(more=more).replace('occluded="0"', 'occluded="1"').replace('z_order="0"', 'z_order="5"')
    box = box.replace('source="manual"', 'source="auto"', 1)
    sides = 'xtl="1" ytl="2" xbr="3" ybr="4"'
    got = of(
        tmp_path,
        cvat_image(box.replace('<box label="car"></box>', f'<box label="car" {sides}></box>'), tag("x")),
    )
    assert len(boxes(got)) == 2
    assert got.lost == {}
    assert set(got.beside) == {
        "attributes",
        "groups of objects (group_id)",
        "tags of images",
        "that a label is not made by hand (source)",
        "that an object is occluded",
        "that an object is outside",
        "which object is above which (z_order)",
    }


def test_images_without_objects_are_negatives(tmp_path: Path) -> None:
    got = of(tmp_path, cvat_image(cvat_box()), cvat_image(name="x/b.jpg"))
    assert got.lines[1]["source-ref"] == "s3://bucket/f/x/b.jpg"
    assert boxes(got, 1) == []
    assert got.told.without_objects == 1


def test_a_size_that_the_file_does_not_say_is_that_of_the_image(tmp_path: Path) -> None:
    image = cvat_image(cvat_box(), more='width="0"')
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.jpg").write_bytes(jpeg(size=(320, 200)))
    assert of(tmp_path, image, images_in=tmp_path / "images").lines[0]["pets"]["image_size"] == [
        {"width": 320, "height": 200, "depth": 3}
    ]
    with pytest.raises(ManifestError, match=r"line 5: the size of a\.jpg is not said"):
        of(tmp_path, image)


class TestTags:
    def test_where_there_are_no_boxes_they_are_classes(self, tmp_path: Path) -> None:
        got = of(
            tmp_path, cvat_image(tag("cat")), cvat_image(tag("dog"), name="b.jpg"), labels=("dog", "cat")
        )
        assert got.told.type == "groundtruth/image-classification"
        assert [line["pets"] for line in got.lines] == [1, 0]

    def test_several_on_one_image_make_all_labels_any_number_of_classes(self, tmp_path: Path) -> None:
        got = of(tmp_path, cvat_image(tag("cat"), tag("dog")), cvat_image(name="b.jpg"), labels=())
        assert got.told.type == "groundtruth/image-classification-multilabel"
        assert [line["pets"] for line in got.lines] == [[0, 1], []]

    def test_with_multilabel_one_an_image_is_any_number(self, tmp_path: Path) -> None:
        got = of(tmp_path, cvat_image(tag("cat")), options={"multilabel": True}, labels=())
        assert got.lines[0]["pets"] == [0]

    def test_an_image_without_one_is_left_out_and_counted(self, tmp_path: Path) -> None:
        got = of(tmp_path, cvat_image(tag("cat")), cvat_image(name="b.jpg"))
        assert got.lost == {"images and texts without a class": ["b.jpg"]}

    def test_beside_boxes_they_are_read_when_asked_for(self, tmp_path: Path) -> None:
        polygon = '<polygon label="car" points="1,2;3,4;5,6"/>'
        got = of(tmp_path, cvat_image(cvat_box(), tag("cat"), polygon), options={"tags": True})
        assert got.told.type == "groundtruth/image-classification"
        assert (got.lost, set(got.beside)) == ({}, {"boxes", "polygons"})


class TestSubsets:
    @pytest.mark.parametrize(
        ("subset", "side"),
        [
            ("Train", "train"),
            ("Validation", "validation"),
            ("val", "validation"),
            ("dev", "validation"),
            ("validate", "validation"),
            ("Test", "test"),
            ("default", None),
        ],
    )
    def test_of_an_image_are_sides(self, tmp_path: Path, subset: str, side: str | None) -> None:
        got = of(tmp_path, cvat_image(cvat_box(), more=f'width="640" height="480" subset="{subset}"'))
        assert got.lines[0].get("split") == side
        assert got.beside == {}

    def test_of_a_task_are_those_of_its_images(self, tmp_path: Path) -> None:
        got = of(
            tmp_path,
            cvat_image(cvat_box()),
            labels=("a</name></label></labels><subset>Test</subset><labels><label><name>b",),
        )
        assert got.lines[0]["split"] == "test"

    def test_that_are_no_side_are_named(self, tmp_path: Path) -> None:
        got = of(tmp_path, cvat_image(cvat_box(), more='width="640" height="480" subset="May"'))
        assert "split" not in got.lines[0]
        assert got.beside == {"subsets that are no side of a training": ["May"]}


@pytest.mark.parametrize("text", ["nan", "inf", "", "1_0", "1,5", "9" * 70, "1e999", "x"])
def test_a_side_that_is_no_number_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ManifestError, match=r"annotations\.xml line 5: <box>: xbr is "):
        of(tmp_path, cvat_image(cvat_box(sides=(1, 2, text, 4))))


@pytest.mark.parametrize(
    ("sides", "what"),
    [
        ((40, 20, 10, 60), "boxes without width or height, or with negative ones, kept as they are"),
        ((-5, 20, 10, 60), "boxes that reach beyond their image, kept as they are"),
    ],
)
def test_swapped_corners_and_boxes_outside_are_kept_and_named(
    tmp_path: Path, sides: tuple[float, ...], what: str
) -> None:
    assert list(of(tmp_path, cvat_image(cvat_box(sides=sides))).odd) == [what]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty, and not an export as CVAT for images 1.1"),
        ("{}", "is not an export as CVAT for images 1.1"),
        ("<annotation><object/></annotation>", "is a Pascal VOC file (XML), and not"),
        ("<svg><g/></svg>", "is XML, and no manifest, and not an export as CVAT"),
        (
            cvat('<track id="0" label="car"><box frame="0"/></track>'),
            "line 5: this is an export as CVAT for video",
        ),
        (
            cvat(cvat_image('<polygon label="a" points="1,2"/>')),
            "1 image, and no boxes and no tags on them, only 1 polygon",
        ),
        (cvat(), "0 images, and no boxes and no tags on them"),
        (cvat(cvat_image(cvat_box(), name=" ")), "line 5: <image> has no name"),
        (cvat(cvat_image(cvat_box(), name="../a.jpg")), "is not below the folder of the images"),
        (cvat(cvat_image(cvat_box()))[:-16], "the file ends in the middle"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><annotations/>', "declares a document type"),
        ("<annotations>&b;</annotations>", "an entity that XML does not know"),
    ],
)
def test_a_file_that_cannot_be_used_is_called_what_it_is(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(CVAT, tmp_path / "a.xml")
    assert words in raised.value.message
    assert raised.value.fix


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(cvat(cvat_image(cvat_box())), "utf-8-sig")
    assert len(imported(CVAT, tmp_path / "a.xml").lines) == 1


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    polygon = '<polygon label="car" points="1,2;3,4;5,6"/>'
    (tmp_path / "a.xml").write_text(cvat(cvat_image(cvat_box(), tag("x"), polygon), cvat_image()))
    assert CVAT.counted is not None
    assert CVAT.counted(tmp_path / "a.xml") == "2 images, 1 box, 1 tag, 1 polygon"


def test_differences_of_sides_have_no_more_digits_than_the_sides(tmp_path: Path) -> None:
    got = of(tmp_path, cvat_image(cvat_box(sides=("0.1", "0.2", "0.3", "30.3"))))
    assert boxes(got) == [[0.1, 0.2, float(Decimal("0.2")), 30.1]]
