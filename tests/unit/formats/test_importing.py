"""What holds for every format that is imported, shown with a format that is a list of items."""

import math
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.errors import LabelAttributeError, ManifestError, SettingsError
from groundtrain.formats.format import Exchange, Format
from groundtrain.formats.image_addresses import folder_address
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.importing import import_labels
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, LabelKind, NamedBox, NamedSpan, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.manifest_lines import Origin
from groundtrain.manifest.classes import name_positions
from tests.imported_labels import ORIGIN, imported

SIZE = Size(640, 480)
BOX = NamedBox("car", 1, 2, 3, 4)


def item(name: str = "a.jpg", **more: Any) -> LabeledItem:
    return LabeledItem(place="list", **({"size": SIZE, "boxes": (BOX,), "name": name} | more))


def of(
    tmp_path: Path,
    *items: LabeledItem,
    kind: LabelKind = "boxes",
    classes: tuple[str, ...] = (),
    **more: Any,
) -> Any:
    found = LabeledItems(kind, classes, iter(items))
    listed = Format(name="list", title="List", kinds=(kind,), read=lambda *_: found)
    return imported(listed, tmp_path / "list", **more)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a b/ü+1.jpg", "s3://bucket/f/a b/ü+1.jpg"),
        ("./a.jpg", "s3://bucket/f/a.jpg"),
        ("x\\a.jpg", "s3://bucket/f/x/a.jpg"),
        ("s3://other/a.jpg", "s3://other/a.jpg"),
        ("a%20b..c.jpg", "s3://bucket/f/a%20b..c.jpg"),
    ],
)
def test_a_name_becomes_an_address_without_being_decoded(tmp_path: Path, name: str, address: str) -> None:
    assert of(tmp_path, item(name)).lines[0]["source-ref"] == address


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../a.jpg", "is not below the folder"),
        ("x/../../a.jpg", "is not below the folder"),
        ("..\\a.jpg", "is not below the folder"),
        ("/home/me/a.jpg", "is not below the folder"),
        ("C:\\photos\\a.jpg", "is not below the folder"),
        ("https://host/a.jpg", "is in no bucket"),
        ("x" * 1100, "can be no object in S3"),
        ("folder/", "can be no object in S3"),
    ],
)
def test_a_name_that_can_be_no_address_below_the_prefix_is_refused(
    tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(ManifestError, match=words):
        of(tmp_path, item(name))
    assert not (tmp_path / "out.manifest").exists()


def test_without_a_prefix_the_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, item(), prefix="")
    assert "--image-prefix s3://" in raised.value.fix


@pytest.mark.parametrize(
    ("prefix", "folder"),
    [("s3://bkt", "s3://bkt/"), ("s3://bkt/a", "s3://bkt/a/"), ("s3://bkt/a/", "s3://bkt/a/")],
)
def test_a_prefix_is_a_folder(prefix: str, folder: str) -> None:
    assert folder_address(prefix) == folder


@pytest.mark.parametrize("prefix", ["bkt/a", "s3://", "s3:///a", "s3://a_b!/c", "https://bkt/a"])
def test_a_prefix_that_is_no_folder_in_s3_is_refused(prefix: str) -> None:
    with pytest.raises(SettingsError, match="no folder in S3"):
        folder_address(prefix)


def test_images_of_one_name_in_two_folders_stay_two(tmp_path: Path) -> None:
    lines = of(tmp_path, item("x/a.jpg"), item("y/a.jpg", boxes=())).lines
    assert [line["source-ref"][-7:] for line in lines] == ["x/a.jpg", "y/a.jpg"]


def test_an_image_that_is_named_again_is_told(tmp_path: Path) -> None:
    got = of(tmp_path, item(), item())
    assert len(got.lines) == 2
    assert got.odd == {"images that are named again, each time on a line of its own": ["s3://bucket/f/a.jpg"]}


def test_sizes_come_from_headers_as_exif_turns_them(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 48)).save(tmp_path / "turned.jpg", exif=exif)
    Image.new("L", (64, 48)).save(tmp_path / "a.png")
    got = of(tmp_path, item("turned.jpg", size=None), item("x/a.png", size=None), images=tmp_path)
    assert [line["pets"]["image_size"][0] for line in got.lines] == [
        {"width": 48, "height": 64, "depth": 3},
        {"width": 64, "height": 48, "depth": 1},
    ]
    assert got.images.turned.examples == ["turned.jpg"]


def test_two_images_that_would_be_the_same_file_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg")
    with pytest.raises(ManifestError, match=r"the size of y/a.jpg is unknown: .* may be this image"):
        of(tmp_path, item("x/a.jpg", size=None), item("y/a.jpg", size=None), images=tmp_path)


def test_images_that_are_missing_are_counted_where_their_size_is_known(tmp_path: Path) -> None:
    got = of(tmp_path, item("gone.jpg"), images=tmp_path)
    assert got.images.missing.examples == ["gone.jpg"]
    assert len(got.lines) == 1


def test_an_image_of_unknown_size_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"list: the size of gone.jpg is unknown: there is no file"):
        of(tmp_path, item("gone.jpg", size=None), images=tmp_path)


def test_boxes_that_are_odd_are_kept_and_told(tmp_path: Path) -> None:
    odd = (NamedBox("car", -1, 0, 5, 5), NamedBox("car", 639, 0, 2, 5), NamedBox("car", 5, 5, -3, 2))
    got = of(tmp_path, item(boxes=odd))
    assert [box["left"] for box in got.lines[0]["pets"]["annotations"]] == [-1, 639, 5]
    assert sorted(map(len, got.odd.values())) == [1, 1]


@pytest.mark.parametrize(
    "sides", [(math.inf, 0, 1, 1), (0, 0, 1, math.nan), (0, -math.inf, 1, math.inf), (-1e308, 0, 2e308, 1)]
)
def test_a_box_with_a_number_that_is_none_is_refused_with_its_place(tmp_path: Path, sides: Any) -> None:
    with pytest.raises(ManifestError, match="list: a box has a number that is infinite, or too large"):
        of(tmp_path, item(boxes=(BOX, NamedBox("car", *sides))))


def test_classes_are_numbered_as_listed_then_as_they_come(tmp_path: Path) -> None:
    boxes = tuple(NamedBox(name, 1, 2, 3, 4) for name in ("new", "b"))
    got = of(tmp_path, item(boxes=boxes), classes=("a", "b"))
    assert got.told.classes == ("a", "b", "new")
    assert [box["class_id"] for box in got.lines[0]["pets"]["annotations"]] == [2, 1]


def test_a_class_that_the_category_file_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r'list: the class "car" is not in the label category file'):
        of(tmp_path, item(), categories=("bus",))


def test_sides_are_written_and_counted(tmp_path: Path) -> None:
    got = of(tmp_path, item("a.jpg", split="train"), item("b.jpg", split="test"))
    assert [line["split"] for line in got.lines] == ["train", "test"]
    assert got.told.splits == {"train": 1, "test": 1}


@pytest.mark.parametrize(
    ("kind", "more", "type_name", "label"),
    [
        ("class", {"classes": ("b",)}, "image-classification", 1),
        ("class", {"classes": ("b",), "name": "", "text": "t"}, "text-classification", 1),
        ("classes", {"classes": ("b", "a")}, "image-classification-multilabel", [1, 0]),
        ("classes", {"classes": (), "name": "", "text": "t"}, "text-classification-multilabel", []),
        (
            "entities",
            {"spans": (NamedSpan("b", 0, 1),), "name": "", "text": "t"},
            "text-span",
            {
                "annotations": {
                    "labels": [{"label": "a"}, {"label": "b"}],
                    "entities": [{"label": "b", "startOffset": 0, "endOffset": 1}],
                }
            },
        ),
    ],
)
def test_each_kind_of_label_has_its_type_and_shape(
    tmp_path: Path, kind: LabelKind, more: dict[str, Any], type_name: str, label: Any
) -> None:
    got = of(tmp_path, item(boxes=(), **more), kind=kind, classes=("a", "b"))
    assert got.told.type == got.lines[0]["pets-metadata"]["type"] == f"groundtruth/{type_name}"
    assert got.lines[0]["pets"] == label
    assert got.lines[0]["pets-metadata"]["job-name"] == "labeling-job/pets-1"


def test_an_item_without_its_class_is_left_out_and_counted(tmp_path: Path) -> None:
    got = of(tmp_path, item(boxes=(), classes=("a",)), item("b.jpg", boxes=()), kind="class")
    assert got.lost == {"images and texts without a class": ["b.jpg"]}


@pytest.mark.parametrize("name", ["split", "source", "a-metadata", "boxes-ref"])
def test_an_attribute_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    found = LabeledItems("boxes", (), [item()])
    with pytest.raises(LabelAttributeError):
        import_labels(
            found,
            Exchange(ImageFolder(), Losses()),
            Origin(name, "job", ORIGIN.created),
            tmp_path / "out",
            prefix="s3://bkt/",
        )


def test_classes_of_a_long_category_file_have_its_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_positions, "_MANY", 3)
    categories = ("tree", "bus", "car", "tree")
    got = of(tmp_path, item(), categories=categories)
    assert [box["class_id"] for box in got.lines[0]["pets"]["annotations"]] == [2]
    assert got.told.classes == categories[:3]
    with pytest.raises(ManifestError, match='"dog" is not in the label category file'):
        of(tmp_path, item(boxes=(NamedBox("dog", 1, 2, 3, 4),)), categories=categories)
