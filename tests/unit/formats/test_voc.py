"""What becomes of Pascal VOC files; expected values are those of its development kit and of tools' files."""

import math
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.importing import ImportedLabels
from groundtrain.formats.voc.format import VOC
from tests.imported_labels import exported, imported
from tests.label_files import blank_image, put, voc, voc_object
from tests.manifest_lines import box, dump, record


def of(tmp_path: Path, files: dict[str, str | bytes], **options: Any) -> Any:
    return imported(VOC, put(tmp_path / "set", files), **options)


def one(tmp_path: Path, *objects: str, **options: Any) -> Any:
    return of(tmp_path, {"a.xml": voc(*objects)}, **options)


def boxes(got: Any, line: int = 0) -> list[list[float]]:
    return [
        [each[side] for side in ("left", "top", "width", "height")]
        for each in got.lines[line]["pets"]["annotations"]
    ]


def names(got: Any) -> list[str]:
    return [line["source-ref"].removeprefix("s3://bucket/f/") for line in got.lines]


def test_corners_become_boxes_with_the_digits_that_the_file_has(tmp_path: Path) -> None:
    got = one(tmp_path, voc_object("car", (0.1, 20, 0.3, 60)), voc_object("dog", (" 1e1", "-2.50", 30, 40)))
    assert boxes(got) == [[0.1, 20, 0.2, 40], [10, -2.5, 20, 42.5]]
    assert got.lines[0]["pets"]["image_size"] == [{"width": 640, "height": 480, "depth": 3}]
    assert got.told == ImportedLabels("pets", "groundtruth/object-detection", 1, 0, ("car", "dog"), {}, ())
    assert (got.lost, got.beside) == ({}, {})


def test_pixels_that_count_from_1_have_the_last_one_in_the_box(tmp_path: Path) -> None:
    """A whole image of VOC2007 is 1 to 500, 1 to 375 in its own annotations."""
    got = one(tmp_path, voc_object("car", (1, 1, 640, 480)), options={"one_based": True})
    assert boxes(got) == [[0, 0, 640, 480]]


def test_an_image_without_objects_is_a_negative(tmp_path: Path) -> None:
    got = of(tmp_path, {"a.xml": voc(voc_object()), "b.xml": voc(name="b.jpg")})
    assert (got.told.records, got.told.without_objects) == (2, 1)


def test_a_development_kit_has_sides_in_lists(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for name in "1234":
        files[f"Annotations/{name}.xml"] = voc(voc_object(), name=f"{name}.jpg")
    lists = {
        "train": "1\n",
        "val": "2\r\n2\n",
        "test": "3.jpg\n5\n",
        "trainval": "1\n",
        "car_train": "1 -1\n",
    }
    got = of(tmp_path, files | {f"ImageSets/Main/{name}.txt": text for name, text in lists.items()})
    assert [line.get("split") for line in got.lines] == ["train", "validation", "test", None]
    assert names(got) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]
    assert got.lost == {"images of ImageSets without an annotation file": ["5"]}
    assert got.beside == {"annotation files that no list of ImageSets names, without a side": ["4.xml"]}


def test_an_image_of_two_lists_is_on_the_first_side(tmp_path: Path) -> None:
    lists: dict[str, str | bytes] = {f"ImageSets/Main/{side}.txt": "1\n" for side in ("train", "val")}
    got = of(tmp_path, {"Annotations/1.xml": voc(voc_object()), **lists})
    assert [line["split"] for line in got.lines] == ["train"]
    assert got.lost == {"images that are on a second side, taken for the first one only": ["1"]}


def test_a_folder_for_each_side_says_the_side(tmp_path: Path) -> None:
    sides = {"train": "train", "valid": "validation", "validate": "validation", "Dev": "validation"}
    got = of(tmp_path, {f"{side}/{side}.xml": voc(voc_object()) for side in (*sides, "test")})
    found = {name.partition("/")[0]: line["split"] for name, line in zip(names(got), got.lines, strict=True)}
    assert found == {**sides, "test": "test"}


def test_images_of_one_name_in_two_folders_stay_two(tmp_path: Path) -> None:
    got = of(tmp_path, {"x/1.xml": voc(voc_object()), "y/1.xml": voc()})
    assert names(got) == ["x/a.jpg", "y/a.jpg"]


def test_annotations_of_several_kits_name_images_in_the_folder_beside(tmp_path: Path) -> None:
    got = of(tmp_path, {f"VOC{year}/Annotations/1.xml": voc(voc_object()) for year in (2007, 2012)})
    assert names(got) == ["VOC2007/JPEGImages/a.jpg", "VOC2012/JPEGImages/a.jpg"]


def test_two_annotations_of_one_image_are_two_lines_and_told(tmp_path: Path) -> None:
    got = of(tmp_path, {"1.xml": voc(voc_object()), "2.xml": voc(voc_object())})
    assert got.told.records == 2
    assert list(got.odd) == ["images that are named again, each time on a line of its own"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("<filename>sub/a.jpg</filename>", "sub/a.jpg"),
        ("<filename>sub\\a.jpg</filename>", "sub/a.jpg"),
        ("<filename>\n\t\ta.jpg\n\t</filename>", "a.jpg"),
        ("<filename>C:\\me\\a.jpg</filename>", "a.jpg"),
        ("<filename>/home/me/a.jpg</filename>", "a.jpg"),
        ("<path>/home/me/b.jpg</path>", "b.jpg"),
        ("<filename/><path>C:\\me\\b.jpg</path>", "b.jpg"),
        ("<filename>a.jpg</filename><path>/x/a.jpg</path>", "a.jpg"),
    ],
)
def test_the_image_is_named_by_its_file_name_and_else_by_its_path(
    tmp_path: Path, said: str, name: str
) -> None:
    text = voc(voc_object()).replace("<filename>a.jpg</filename>", said)
    assert names(of(tmp_path, {"x.xml": text})) == [name]


def test_names_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    got = one(tmp_path, voc_object())
    assert got.odd == {}
    got = of(tmp_path, {"a.xml": voc(voc_object(), more="<path>/x/b.jpg</path>")})
    assert list(got.odd) == ["paths (path) that name another image than the file name (filename)"]
    got = of(tmp_path, {"a.xml": voc(voc_object(), name="000001")})
    assert list(got.odd) == ["file names without the ending of an image"]


@pytest.mark.parametrize("both", [False, True])
def test_where_the_file_name_is_stale_the_image_called_like_the_annotation_is_meant(
    tmp_path: Path, both: bool
) -> None:
    files: dict[str, str | bytes] = {"a.xml": voc(voc_object(), name="b.jpg"), "a.JPG": blank_image()}
    got = of(tmp_path, files | ({"b.jpg": blank_image()} if both else {}))
    assert names(got) == ["a.JPG"]
    assert list(got.beside) == ["images that have the name of their annotation file, and not the one it says"]


def test_of_two_images_with_the_name_of_the_annotation_the_one_it_says_is_meant(tmp_path: Path) -> None:
    images: dict[str, str | bytes] = {f"a.{ending}": blank_image() for ending in ("jpg", "jpeg", "png")}
    assert names(of(tmp_path, {"a.xml": voc(voc_object()), **images})) == ["a.jpg"]


@pytest.mark.parametrize("size", [(0, 0), (640, 0)])
def test_a_size_that_is_not_said_is_that_of_the_image(tmp_path: Path, size: tuple[int, int]) -> None:
    text = voc(voc_object(), size=size)
    files: dict[str, str | bytes] = {"Annotations/a.xml": text, "JPEGImages/a.jpg": blank_image(50, 40)}
    got = of(tmp_path, files)
    assert got.lines[0]["pets"]["image_size"] == [{"width": 50, "height": 40, "depth": 3}]
    pictures = put(tmp_path / "pictures", {"a.jpg": blank_image(60, 40)})
    got = imported(VOC, tmp_path / "set", images=pictures)
    assert got.lines[0]["pets"]["image_size"][0]["width"] == 60


def test_an_image_of_unknown_size_is_refused_or_left_out_where_the_others_are_known(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.xml": voc(size=(0, 0)), "b.xml": voc(voc_object(), name="b.jpg")}
    with pytest.raises(ManifestError, match=r"a.xml: the size of a.jpg is not said") as raised:
        of(tmp_path, files)
    assert "--image-dir" in raised.value.fix
    got = of(tmp_path, files, images=put(tmp_path / "pictures", {"b.jpg": blank_image()}))
    assert names(got) == ["b.jpg"]
    assert list(got.lost) == ["images whose size is not said and cannot be read"]


NO_NUMBER = "boxes with a side that is missing, or no number"


@pytest.mark.parametrize(
    ("faulty", "what"),
    [
        (voc_object(box="<bndbox><xmin>1</xmin></bndbox>"), NO_NUMBER),
        (voc_object(corners=("nan", 1, 2, 3)), NO_NUMBER),
        (voc_object(corners=(1, 1, "inf", 3)), NO_NUMBER),
        (voc_object(corners=("1,5", 1, 2, 3)), NO_NUMBER),
        (voc_object(box=""), "objects without a box"),
        (voc_object(name=" "), "objects without a class"),
        ("<object><bndbox/></object>", "objects without a class"),
    ],
)
def test_an_object_that_is_no_box_is_left_out_with_its_line(tmp_path: Path, faulty: str, what: str) -> None:
    got = one(tmp_path, voc_object(), faulty)
    assert len(boxes(got)) == 1
    assert [*got.lost] == [what]
    assert got.lost[what][0].endswith("a.xml line 18")


def test_an_image_that_loses_its_only_object_is_no_negative(tmp_path: Path) -> None:
    got = of(tmp_path, {"a.xml": voc(voc_object(box="")), "b.xml": voc(name="b.jpg")})
    assert names(got) == ["b.jpg"]


def test_boxes_of_swapped_corners_or_beyond_the_image_stay_and_are_told(tmp_path: Path) -> None:
    got = one(tmp_path, voc_object(corners=(40, 20, 10, 60)), voc_object(corners=(600, 20, 700, 60)))
    assert boxes(got) == [[40, 20, -30, 40], [600, 20, 100, 40]]
    assert len(got.odd) == 2


def test_what_is_said_beside_a_box_is_counted(tmp_path: Path) -> None:
    part = "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>"
    more = f"{part}<polygon><x1>1</x1></polygon><actions><jumping>1</jumping></actions><mood>good</mood>"
    text = voc_object(more=more)
    for key in ("truncated", "difficult"):
        text = text.replace(f"<{key}>0", f"<{key}>1")
    text = text.replace("Unspecified", "Left").replace("<difficult>", "<occluded>1</occluded><difficult>")
    document = voc(text, more="<weather/>").replace("<segmented>0", "<segmented>1")
    got = of(tmp_path, {"a.xml": document})
    assert boxes(got) == [[10, 20, 30, 40]]
    assert got.lost == {}
    assert set(got.beside) == {
        "masks (segmented)",
        "other elements of annotations",
        "poses",
        "that an object is truncated",
        "that an object is occluded",
        "that an object is difficult",
        "parts of objects",
        "polygons of objects",
        "actions of people",
        "other elements of objects",
    }


def test_of_a_turned_box_the_smallest_one_around_is_written_and_counted(tmp_path: Path) -> None:
    """As roLabelImg writes it; a quarter turn swaps the sides."""
    sides = {"cx": 100, "cy": 100, "w": 40, "h": 20, "angle": math.pi / 2}
    inner = "".join(f"<{key}>{number}</{key}>" for key, number in sides.items())
    got = one(tmp_path, voc_object(box=f"<type>robndbox</type><robndbox>{inner}</robndbox>"))
    assert boxes(got)[0] == pytest.approx([90, 80, 20, 40])
    assert list(got.lost) == ["turned boxes (robndbox), of which the smallest box around is written"]


def test_names_of_classes_stay_but_for_the_layout_of_the_file(tmp_path: Path) -> None:
    got = one(tmp_path, voc_object(" a & b\tc"), voc_object("car").replace("car", "\n\t\t\tcar\n\t\t"))
    assert got.told.classes == (" a & b\tc", "car")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]><annotation>&b;</annotation>",
            "document type",
        ),
        ("<annotation><object>", "the file ends in the middle"),
        ("", "the file ends in the middle"),
        ("<annotations/>", r"is a CVAT file \(XML\), and not"),
        (b"\x89PNG\0", "not well-formed"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_alone_and_counted_among_others(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    got = of(tmp_path, {"a.xml": voc(voc_object()), "b.xml": content})
    assert got.told.records == 1
    (what,) = got.lost
    assert what == "XML files that are no Pascal VOC, or faulty"
    with pytest.raises(ManifestError, match=words) as raised:
        imported(VOC, tmp_path / "set" / "b.xml")
    assert raised.value.fix


@pytest.mark.parametrize(
    ("files", "name", "words"),
    [
        ({"set/a.txt": "hello"}, "set", "has no XML file"),
        ({"a.json": "{}\n"}, "a.json", "is not a folder of Pascal VOC files"),
        ({"set/a.xml": "<svg/>"}, "set", "nothing to write: XML files that are no Pascal VOC, or faulty: 1"),
        ({"set/a.xml": voc(name="../a.jpg")}, "set", "is not below the folder of the images"),
        ({"set/a.xml": voc(name="s/../../a.jpg")}, "set", "is not below the folder of the images"),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, files: dict[str, str | bytes], name: str, words: str
) -> None:
    put(tmp_path, files)
    with pytest.raises(GroundtrainError, match=words):
        imported(VOC, tmp_path / name)


def test_links_lead_to_no_file_of_others(tmp_path: Path) -> None:
    put(tmp_path, {"secret.xml": voc(voc_object("secret"), name="s.jpg"), "set/a.xml": voc(voc_object())})
    (tmp_path / "set/s.xml").symlink_to("../secret.xml")
    got = imported(VOC, tmp_path / "set")
    assert names(got) == ["a.jpg"]
    assert got.lost == {"links that lead out of the folder": ["s.xml"]}


@pytest.mark.parametrize("name", ["..", "x" * 5000, "a/../../b.jpg"])
def test_an_odd_file_name_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(GroundtrainError):
        of(tmp_path, {"a.xml": voc(voc_object(), name=name)})


@pytest.mark.parametrize("name", ["a.", "~", "a\u2028b.jpg"])
def test_an_odd_file_name_stays(tmp_path: Path, name: str) -> None:
    assert names(of(tmp_path, {"a.xml": voc(voc_object(), name=name)})) == [name]


def test_a_set_says_in_words_what_it_holds(tmp_path: Path) -> None:
    assert VOC.counted is not None
    put(tmp_path / "set", {"Annotations/a.xml": voc(voc_object(), voc_object()), "Annotations/b.xml": voc()})
    assert VOC.counted(tmp_path / "set") == "2 annotation files"
    assert VOC.counted(tmp_path / "set/Annotations/a.xml") == "2 objects"


def xml_of(path: Path) -> Element:
    """As another parser than ours reads it."""
    return parse(path).getroot()  # noqa: S314 - what we wrote


def manifest(tmp_path: Path, *lines: dict[str, Any]) -> Path:
    (tmp_path / "in.manifest").write_bytes(b"\n".join(map(dump, lines)))
    return tmp_path / "in.manifest"


def test_a_manifest_becomes_annotations_in_the_folders_of_the_images_and_lists_of_sides(
    tmp_path: Path,
) -> None:
    lines = [
        record("s3://b/f/x/1.jpg", box(0, 10.5, 20, 30, 40.25), classes={"0": "a & b"})
        | {"split": "validation"},
        record("s3://b/f/2.jpg", classes={}),
    ]
    got = exported(VOC, manifest(tmp_path, *lines), tmp_path / "set")
    root = xml_of(tmp_path / "set/Annotations/x/1.xml")
    assert {each: root.findtext(each) for each in ("folder", "filename", "size/width", "size/depth")} == {
        "folder": "x",
        "filename": "1.jpg",
        "size/width": "640",
        "size/depth": "3",
    }
    assert [(each.tag, each.text) for each in root.findall("object/bndbox/*")] == [
        ("xmin", "10.5"),
        ("ymin", "20"),
        ("xmax", "40.5"),
        ("ymax", "60.25"),
    ]
    assert root.findtext("object/name") == "a & b"
    assert root.findtext("object/difficult") == "0"
    assert xml_of(tmp_path / "set/Annotations/2.xml").find("object") is None
    assert (tmp_path / "set/ImageSets/Main/val.txt").read_text() == "x/1\n"
    assert got.lost == {}


def test_pixels_from_1_are_written_when_asked_for(tmp_path: Path) -> None:
    lines = [record("s3://b/f/1.jpg", box(0, 0, 0, 640, 480))]
    exported(VOC, manifest(tmp_path, *lines), tmp_path / "set", options={"one_based": True})
    root = xml_of(tmp_path / "set/Annotations/1.xml")
    assert [each.text for each in root.findall("object/bndbox/*")] == ["1", "1", "640", "480"]


def test_images_are_copied_if_they_are_given(tmp_path: Path) -> None:
    pictures = put(tmp_path / "pictures", {"1.jpg": blank_image()})
    exported(VOC, manifest(tmp_path, record("s3://b/f/1.jpg", box())), tmp_path / "set", images=pictures)
    assert (tmp_path / "set/JPEGImages/1.jpg").read_bytes() == blank_image()


@pytest.mark.parametrize(
    ("name", "class_name", "words"),
    [
        ("1.jpg", "a\x1bb", "has a control character"),
        ("1.jpg", "car\n", "a line break at its end"),
        ("a\x01.jpg", "car", "has a control character"),
        ("x/../1.jpg", "car", "leads out of the folder"),
        ("a\nb.jpg", "car", "has a line break"),
    ],
)
def test_a_name_that_voc_cannot_hold_is_refused(
    tmp_path: Path, name: str, class_name: str, words: str
) -> None:
    lines = [
        record(f"s3://b/f/{name}", box(), classes={"0": class_name}) | {"split": "train"},
        record("s3://b/f/2"),
    ]
    with pytest.raises(ManifestError, match=words):
        exported(VOC, manifest(tmp_path, *lines), tmp_path / "set")
    assert list(tmp_path.iterdir()) == [tmp_path / "in.manifest"]
