"""What becomes of a YOLO data folder; expected values are those that docs.ultralytics.com documents."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.importing import ImportedLabels
from groundtrain.formats.yolo.format import YOLO
from tests.imported_labels import exported, imported
from tests.label_files import blank_image, put
from tests.manifest_lines import box, dump, record

DATA = "train: images\nnames: [car, dog]\n"


def of(tmp_path: Path, labels: str | None = None, data: str = DATA, **options: Any) -> Any:
    """A folder with one image of 640 x 480 and its labels."""
    folder = put(tmp_path / "set", {"data.yaml": data, "images/a.jpg": blank_image()})
    if labels is not None:
        put(folder, {"labels/a.txt": labels})
    return imported(YOLO, folder, **options)


def boxes(got: Any, line: int = 0) -> list[list[float]]:
    return [
        [one[key] for key in ("class_id", "left", "top", "width", "height")]
        for one in got.lines[line]["pets"]["annotations"]
    ]


def test_centre_and_size_become_pixels_of_the_image_without_an_error_of_rounding(tmp_path: Path) -> None:
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1\n1 0.3 0.15 0.2 0.1\n")
    assert boxes(got) == [[0, 288, 216, 64, 48], [1, 128, 48, 128, 48]]
    assert got.lines[0]["pets"]["image_size"] == [{"width": 640, "height": 480, "depth": 3}]
    assert got.told == ImportedLabels(
        "pets", "groundtruth/object-detection", 1, 0, ("car", "dog"), {"train": 1}, ()
    )
    assert (got.lost, got.beside, got.odd) == ({}, {}, {})


def test_an_image_turned_by_exif_has_the_size_that_is_seen(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = io.BytesIO()
    Image.new("L", (640, 480)).save(turned, "JPEG", exif=exif)
    put(tmp_path / "set", {"data.yaml": DATA, "images/a.jpg": turned.getvalue()})
    got = imported(YOLO, put(tmp_path / "set", {"labels/a.txt": "0 0.5 0.5 1 1"}))
    assert boxes(got) == [[0, 0, 0, 480, 640]]
    assert got.images.turned.examples == ["a.jpg"]


def test_an_image_without_a_label_file_or_with_an_empty_one_is_a_negative(tmp_path: Path) -> None:
    more = {f"images/{name}.jpg": blank_image() for name in "bc"}
    put(tmp_path / "set", {**more, "labels/b.txt": "\n"})
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1")
    assert [line["pets"]["annotations"] != [] for line in got.lines] == [True, False, False]
    assert (got.told.without_objects, got.lost) == (2, {})


@pytest.mark.parametrize(
    ("names", "ids", "classes"),
    [
        ("names: [car, dog]", (0, 1), ("car", "dog")),
        ("names:\n- car\n- dog", (0, 1), ("car", "dog")),
        ("names:\n  90: dog\n  3: car\n  7: 'no'", (3, 90), ("car", "no", "dog")),
        ("names: {0: no, 1: 007}", (0, 1), ("no", "007")),
        ('names: {0: "a, b", 1: "\\U0001F697é"}', (0, 1), ("a, b", "\U0001f697é")),
    ],
)
def test_names_are_a_list_or_a_mapping_with_gaps_and_stay_as_they_are_written(
    tmp_path: Path, names: str, ids: tuple[int, int], classes: tuple[str, ...]
) -> None:
    got = of(tmp_path, f"{ids[0]} 0.5 0.5 0.1 0.1\n{ids[1]}.0 0.5 0.5 0.1 0.1", f"train: images\n{names}\n")
    assert got.told.classes == classes
    class_map = got.lines[0]["pets-metadata"]["class-map"]
    assert list(class_map.values()) == [classes[0], classes[-1]]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("0 nan 0.5 0.1 0.1", "lines with something that is no number, or no finite one"),
        ("0 inf 0.5 0.1 0.1", "lines with something that is no number, or no finite one"),
        ("car 0.5 0.5 0.1 0.1", "lines with something that is no number, or no finite one"),
        ("0 0,5 0,5 0,1 0,1", "lines with something that is no number, or no finite one"),
        ("0 0.5 0.5 0.1", "lines that are no class id and box"),
        ("0", "lines that are no class id and box"),
        ("0.5 0.5 0.5 0.1 0.1", "lines that are no class id and box"),
        ("0 0.1 0.2 0.3 0.4 0.5 0.6 0.7", "lines that are no class id and box"),
        ("2 0.5 0.5 0.1 0.1", "boxes of a class that is not in names"),
        ("-1 0.5 0.5 0.1 0.1", "boxes of a class that is not in names"),
        ("0 0.5 0.5 -0.1 0.1", "boxes of negative width or height"),
        ("0 320 240 64 48", "boxes with numbers outside of 0 to 1, which are no fractions"),
        ("0 -0.1 0.5 0.1 0.1", "boxes with numbers outside of 0 to 1, which are no fractions"),
        ("0 1e308 0.5 0.1 0.1", "boxes with numbers outside of 0 to 1, which are no fractions"),
        ("0 1e9999 0.5 0.1 0.1", "lines with something that is no number, or no finite one"),
        ("0 0.1 0.1 0.3 0.1 0.3 0.3", "polygons (--envelopes takes the box around each)"),
        ("0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3", "polygons (--envelopes takes the box around each)"),
    ],
)
def test_a_line_that_is_no_box_is_left_out_with_its_place(tmp_path: Path, line: str, what: str) -> None:
    got = of(tmp_path, f"0 0.5 0.5 0.1 0.1\n{line}\n")
    assert len(boxes(got)) == 1
    assert list(got.lost) == [what]
    assert got.lost[what][0].endswith(f'labels/a.txt line 2: "{line}"')


def test_an_image_that_loses_its_only_line_is_no_negative(tmp_path: Path) -> None:
    put(tmp_path / "set", {"images/b.jpg": blank_image()})
    got = of(tmp_path, "0 0.1 0.1 0.3 0.1 0.3 0.3\n")
    assert [line["source-ref"] for line in got.lines] == ["s3://bucket/f/b.jpg"]


def test_the_box_around_a_polygon_is_taken_when_asked_for(tmp_path: Path) -> None:
    got = of(tmp_path, "1 0.1 0.2 0.3 0.1 0.2 0.6\n", options={"envelopes": True})
    assert boxes(got) == [[1, 64, 48, 128, 240]]
    assert list(got.beside) == ["polygons, of which the box around them is taken"]
    assert got.lost == {}


def test_confidences_and_key_points_are_counted_and_the_box_stays(tmp_path: Path) -> None:
    data = DATA + "kpt_shape: [2, 3]\n"
    points = " 0.1 0.1 2 0.2 0.2 1"
    got = of(tmp_path, f"0 0.5 0.5 0.1 0.1{points}\n0 0.5 0.5 0.1 0.1 0.93\n", data)
    assert boxes(got) == [[0, 288, 216, 64, 48]] * 2
    assert list(got.beside) == ["key points", "confidences"]


def test_boxes_that_are_there_twice_stay_and_are_told(tmp_path: Path) -> None:
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1 0.1\n")
    assert len(boxes(got)) == 2
    assert list(got.odd) == ["lines that are there twice in a label file"]


def test_sides_are_folders_lists_of_folders_and_text_files(tmp_path: Path) -> None:
    names = ("train/1", "extra/2", "val/3", "sub folder/4", "test/5")
    put(tmp_path / "set", {f"images/{name}.jpg": blank_image() for name in names})
    put(tmp_path / "set", {f"labels/{name}.txt": "0 0.5 0.5 0.1 0.1" for name in names})
    put(tmp_path / "set", {"lists/v.txt": "images/val/3.jpg\r\n\n./../images/sub folder/4.jpg\n"})
    data = "train: [images/train, images/extra/]\nval: lists/v.txt\ntest: ./images/test\nnames: [a]\n"
    put(tmp_path / "set", {"data.yaml": data})
    got = imported(YOLO, tmp_path / "set")
    assert [(line["source-ref"].removeprefix("s3://bucket/f/"), line["split"]) for line in got.lines] == [
        ("train/1.jpg", "train"),
        ("extra/2.jpg", "train"),
        ("val/3.jpg", "validation"),
        ("sub folder/4.jpg", "validation"),
        ("test/5.jpg", "test"),
    ]
    assert got.lost == {}


ROBOFLOW = "train: ../train/images\nval: ../valid/images\nnames: [a]\n"


def roboflow(tmp_path: Path, data: str = ROBOFLOW) -> Path:
    """The layout that Roboflow exports."""
    files: dict[str, str | bytes] = {"data.yaml": data}
    for side in ("train", "valid"):
        files |= {f"{side}/images/1.jpg": blank_image(), f"{side}/labels/1.txt": "0 0.5 0.5 0.1 0.1"}
    return put(tmp_path / "set", files)


def test_a_path_above_the_folder_is_one_below_it_as_roboflow_writes_it(tmp_path: Path) -> None:
    got = imported(YOLO, roboflow(tmp_path))
    assert [line["source-ref"] for line in got.lines] == [
        "s3://bucket/f/train/images/1.jpg",
        "s3://bucket/f/valid/images/1.jpg",
    ]
    assert [len(boxes(got, line)) for line in (0, 1)] == [1, 1]


def test_a_folder_of_a_side_that_is_not_there_is_counted(tmp_path: Path) -> None:
    data = "train: train/images\ntest: ../test/images\nval:\nnames: [a]\n"
    got = imported(YOLO, roboflow(tmp_path, data))
    no_folder = "folders of a side that are not there, or lead out of the data folder"
    assert list(got.lost) == [no_folder, "label files of no image on any side"]
    assert "data.yaml line 2: " in got.lost[no_folder][0]
    assert got.lost["label files of no image on any side"] == ["valid/labels/1.txt"]


def test_sides_of_the_same_images_say_nothing(tmp_path: Path) -> None:
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1", DATA + "val: images\n")
    assert "split" not in got.lines[0]
    assert list(got.beside) == ["sides that name the same images, and so say nothing of them"]


def test_an_image_on_two_sides_is_taken_for_the_first(tmp_path: Path) -> None:
    put(tmp_path / "set", {"v.txt": "images/a.jpg"})
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1", DATA + "val: v.txt\n")
    assert [line["split"] for line in got.lines] == ["train"]
    assert got.lost == {"images that are on a second side, taken for the first one only": ["a.jpg"]}


def test_images_that_a_list_names_and_are_not_there_are_counted(tmp_path: Path) -> None:
    put(tmp_path / "set", {"t.txt": "images/a.jpg\nimages/b.jpg\n"})
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1", "train: t.txt\nnames: [a]\n")
    (found,) = got.lost["images of a list that are not there"]
    assert found.endswith("data.yaml line 1: images/b.jpg")


def test_the_root_may_be_a_folder_below_the_file(tmp_path: Path) -> None:
    put(tmp_path / "set", {"in/images/a.jpg": blank_image(), "in/labels/a.txt": "0 .5 .5 1. 1"})
    got = of(tmp_path, None, "path: in\n" + DATA)
    assert boxes(got) == [[0, 0, 0, 640, 480]]


@pytest.mark.parametrize("path", ["/content/drive/set", "../datasets/coco8", "coco8", "x" * 5000])
def test_a_root_elsewhere_is_told_and_the_folder_of_the_file_taken(tmp_path: Path, path: str) -> None:
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1", f"path: {path}\n" + DATA)
    assert len(boxes(got)) == 1
    assert next(iter(got.beside)).startswith("paths of a data folder (path) that are elsewhere")


def test_of_a_root_on_another_machine_the_end_that_is_here_is_taken(tmp_path: Path) -> None:
    """As in 0xProf3ssor/mouse-keyboard-detector."""
    put(tmp_path / "set", {"data/images/a.jpg": blank_image(), "data/labels/a.txt": "0 .5 .5 1 1"})
    put(tmp_path / "set", {"data.yaml": "path: /Users/me/detection/data\n" + DATA})
    assert boxes(imported(YOLO, tmp_path / "set")) == [[0, 0, 0, 640, 480]]


def test_images_may_be_in_a_folder_of_their_own(tmp_path: Path) -> None:
    put(tmp_path / "pictures", {"x/1.jpg": blank_image(100, 100)})
    folder = put(
        tmp_path / "set", {"data.yaml": "train: images/x\nnames: [a]", "labels/x/1.txt": "0 .5 .5 1 1"}
    )
    got = imported(YOLO, folder, images=tmp_path / "pictures")
    assert boxes(got) == [[0, 0, 0, 100, 100]]
    assert got.lines[0]["source-ref"] == "s3://bucket/f/x/1.jpg"


def test_a_folder_of_label_studio_has_its_names_in_a_text_file(tmp_path: Path) -> None:
    folder = put(tmp_path / "set", {"images/a.jpg": blank_image(), "labels/a.txt": "1 .5 .5 1 1"})
    got = imported(YOLO, put(folder, {"classes.txt": "car\ndog\n", "notes.json": "{}"}))
    assert got.told.classes == ("car", "dog")
    assert got.lines[0]["pets-metadata"]["class-map"] == {"1": "dog"}
    assert "split" not in got.lines[0]


def test_labels_beside_an_image_are_counted_and_make_it_no_negative(tmp_path: Path) -> None:
    put(tmp_path / "set", {"images/b.jpg": blank_image(), "images/b.txt": "0 .5 .5 1 1"})
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1")
    assert got.told.records == 1
    assert got.lost["label files beside their image, where YOLO does not look"] == ["images/b.txt"]


def test_without_a_folder_of_that_name_labels_lie_beside_the_images(tmp_path: Path) -> None:
    files = {"data.yaml": "train: obj\nnames: [a]", "obj/a.jpg": blank_image(), "obj/a.txt": "0 .5 .5 1 1"}
    assert boxes(imported(YOLO, put(tmp_path / "set", files))) == [[0, 0, 0, 640, 480]]


def test_images_whose_size_is_not_known_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / "set", {"images/b.jpg": b"no image", "labels/b.txt": "0 .5 .5 1 1"})
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1")
    assert got.told.records == 1
    assert "the size of b.jpg is unknown" in got.lost["images whose size cannot be read"][0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("train: images\n", "has no names of classes"),
        ("names: car\n", "has no names of classes"),
        ("names: {a: car}\n", 'line 1: "a" is no id of a class'),
        ("names: {0: car, 00: dog}\n", 'line 1: "00" is no id'),
        ("names:\n- car\n-\n", "line 3: class 1 has no name"),
        ("names:\n- [car]\n", "line 2: class 0 has no name"),
        ("names: [a]\ntrain: {a: b}\n", "line 2: train is no path"),
        ("names: [a]\ntrain: /home/me/images\n", 'line 2: "/home/me/images" is not below the data folder'),
        ("names: [a]\ntrain: C:\\data\\images\n", "is not below the data folder"),
        ("names: [a]\ntrain: https://a/images\n", "is not below the data folder"),
        ("names: [a]\ntrain: t.txt\n", "line 2: there is no list of images t.txt"),
        ("a: &x [1]\nb: *x\n", "line 1: .* an anchor or alias"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: .* it has a tag"),
        ("\nnames: !!str x\n", "line 2: .* it has a tag"),
        ("names: [a\ntrain: b", "line 2: this is no YAML"),
        ("names: [a]\nnames: [b]\n", 'line 2: .* the key "names" is there twice'),
        ("- a\n", "it holds no keys"),
        ("", "it holds no keys"),
        ("a: " + "[" * 50 + "]" * 50, "nested too deeply"),
        ("names: [a]\n---\nnames: [b]\n", "line 2: .* but found another document"),
        ("names: [a\x00]", "line 1: .* special characters are not allowed|unacceptable character"),
    ],
)
def test_a_yaml_file_that_cannot_be_used_is_refused_with_the_line(
    tmp_path: Path, data: str, words: str
) -> None:
    with pytest.raises(ManifestError, match=words) as raised:
        of(tmp_path, "", data)
    assert raised.value.fix


def test_a_place_elsewhere_is_answered_by_the_one_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, "", "train: /content/drive/set/images\nnames: [a]")
    assert raised.value.fix == "write images"


def test_a_bomb_of_aliases_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1},*a{i - 1}]\n" for i in range(1, 60))
    with pytest.raises(ManifestError, match="an anchor or alias"):
        of(tmp_path, "", bomb)


def test_images_none_of_which_has_labels_are_not_all_taken_for_negatives(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none of 1 image has a label file; .* would be labels/a.txt"):
        of(tmp_path)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "has no YAML file that names the classes"),
        ({"a.yaml": "", "b.yml": ""}, 'several YAML files: "a.yaml", "b.yml"'),
        ({"data.yaml": "x" * (1 << 21)}, "is larger than 1 MiB"),
    ],
)
def test_a_folder_without_one_file_of_names_is_refused(
    tmp_path: Path, files: dict[str, str | bytes], words: str
) -> None:
    (tmp_path / "set").mkdir()
    with pytest.raises(GroundtrainError, match=words):
        imported(YOLO, put(tmp_path / "set", files))


def test_a_wrong_file_is_called_what_it_is(tmp_path: Path) -> None:
    put(tmp_path, {"a.txt": "0 0.5 0.5 0.1 0.1\n", "a.xml": "<annotation/>"})
    with pytest.raises(ManifestError, match=r"is a YOLO label file.*, and not a YOLO data folder"):
        imported(YOLO, tmp_path / "a.txt")
    with pytest.raises(ManifestError, match=r"is a Pascal VOC file \(XML\), and not"):
        imported(YOLO, tmp_path / "a.xml")


def test_links_lead_to_no_file_of_others(tmp_path: Path) -> None:
    put(tmp_path, {"secret.txt": "0 .5 .5 1 1", "elsewhere/b.jpg": blank_image()})
    put(tmp_path / "set", {"images/b.jpg": blank_image(), "labels/x": ""})
    (tmp_path / "set/labels/b.txt").symlink_to("../../secret.txt")
    (tmp_path / "set/more").symlink_to("../elsewhere")
    data = "train: [images, more]\nnames: [a]\n"
    got = of(tmp_path, "0 0.5 0.5 0.1 0.1", data)
    assert got.told.records == 1
    assert list(got.lost) == [
        "label files that are links out of the data folder, or no files",
        "images and texts all of whose labels are left out",
        "folders of a side that are not there, or lead out of the data folder",
    ]


def test_a_data_folder_says_in_words_what_it_holds(tmp_path: Path) -> None:
    assert YOLO.counted is not None
    assert YOLO.counted(roboflow(tmp_path) / "data.yaml") == "2 images, 1 class"


def manifest(tmp_path: Path, *lines: dict[str, Any]) -> Path:
    (tmp_path / "in.manifest").write_bytes(b"\n".join(map(dump, lines)))
    return tmp_path / "in.manifest"


def test_a_manifest_becomes_labels_names_from_0_and_lists_of_sides(tmp_path: Path) -> None:
    classes = {"3": "car", "7": "no"}
    lines = [
        record("s3://b/f/x/1.jpg", box(7, 64, 48, 128, 240), classes=classes) | {"split": "validation"},
        record("s3://b/f/x/2.jpg", classes={}) | {"split": "train"},
        record("s3://b/f/3.jpg", box(3, 0, 0, 640, 480), classes=classes),
    ]
    got = exported(YOLO, manifest(tmp_path, *lines), tmp_path / "set")
    files = {
        str(file.relative_to(tmp_path / "set")): file.read_text() for file in (tmp_path / "set").rglob("*.*")
    }
    assert yaml.safe_load(files.pop("data.yaml")) == {
        "train": "train.txt",
        "val": "val.txt",
        "nc": 2,
        "names": {0: "car", 1: "no"},
    }
    assert files == {
        "labels/x/1.txt": "1 0.2 0.35 0.2 0.5\n",
        "labels/x/2.txt": "",
        "labels/3.txt": "0 0.5 0.5 1 1\n",
        "train.txt": "./images/x/2.jpg\n./images/3.jpg\n",
        "val.txt": "./images/x/1.jpg\n",
    }
    assert got.beside["images without a side, which are for training there"] == ["3.jpg"]


def test_without_sides_train_and_val_are_all_images(tmp_path: Path) -> None:
    got = exported(YOLO, manifest(tmp_path, record("s3://b/f/1.jpg", box())), tmp_path / "set")
    data = yaml.safe_load((tmp_path / "set/data.yaml").read_text())
    assert (data["train"], data["val"]) == ("images", "images")
    assert got.lost == {}


def test_images_are_copied_if_they_are_given_and_missing_or_other_ones_told(tmp_path: Path) -> None:
    put(tmp_path / "pictures", {"1.jpg": blank_image(), "2.jpg": blank_image(10, 10)})
    lines = [record(f"s3://b/f/{n}.jpg", box()) for n in (1, 2, 3)]
    got = exported(YOLO, manifest(tmp_path, *lines), tmp_path / "set", images=tmp_path / "pictures")
    assert sorted(file.name for file in (tmp_path / "set/images").iterdir()) == ["1.jpg", "2.jpg"]
    assert (tmp_path / "set/images/1.jpg").read_bytes() == blank_image()
    assert got.lost["images that are not in --image-dir, and not copied"] == ["3.jpg"]
    assert any("2.jpg: 10x10" in example for found in got.lost.values() for example in found)


def test_boxes_that_yolo_cannot_hold_are_left_out_and_counted(tmp_path: Path) -> None:
    outside = box(0, -50, 0, 10, 10)
    lines = [
        record("s3://b/f/1.jpg", box(0, 600, 0, 60, 50), outside, box(0, 0, 0, 700, 9)),
        record("s3://b/f/2.jpg", outside),
    ]
    got = exported(YOLO, manifest(tmp_path, *lines), tmp_path / "set")
    assert [file.name for file in (tmp_path / "set/labels").iterdir()] == ["1.txt"]
    (line,) = (tmp_path / "set/labels/1.txt").read_text().splitlines()
    assert line.split()[1] == "0.984375"
    assert [len(examples) for examples in got.lost.values()] == [2, 1]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a.jpg", "a.png"), "would be written twice"),
        (("a/../../b.jpg", "c.jpg"), "leads out of the folder"),
        (("a//b.jpg", "c.jpg"), "is no path in it"),
        (("a.txt/b.jpg", "a.jpg"), "would be written twice"),
        (("x" * 300 + ".jpg", "b.jpg"), "cannot be written"),
    ],
)
def test_names_that_cannot_be_files_of_a_folder_are_refused_and_nothing_is_left(
    tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    lines = [record(f"s3://b/f/{name}", box()) for name in names]
    with pytest.raises(GroundtrainError, match=words):
        exported(YOLO, manifest(tmp_path, *lines), tmp_path / "set")
    assert list(tmp_path.iterdir()) == [tmp_path / "in.manifest"]


def test_a_name_with_a_line_break_cannot_be_in_a_list(tmp_path: Path) -> None:
    lines = [record("s3://b/f/a\nb.jpg", box()) | {"split": "train"}]
    with pytest.raises(ManifestError, match="has a line break"):
        exported(YOLO, manifest(tmp_path, *lines), tmp_path / "set")


@pytest.mark.parametrize("taken", ["a file", "a folder with files"])
def test_nothing_of_others_is_replaced(tmp_path: Path, taken: str) -> None:
    put(tmp_path, {"set": "x"} if taken == "a file" else {"set/x": "x"})
    with pytest.raises(GroundtrainError, match=r"is a file|holds files already"):
        exported(YOLO, manifest(tmp_path, record("s3://b/f/1.jpg", box())), tmp_path / "set")
    assert (tmp_path / "set" if taken == "a file" else tmp_path / "set/x").read_text() == "x"
