"""Where readers by other people cannot read what is written, or err: docs/judges.md names each test.

When one fails, that reader was repaired: take its row out of the table.
"""

import io
import re
from pathlib import Path

import globox
import pytest
from labelformat.formats import PascalVOCObjectDetectionInput
from labelformat.types import ParseError
from PIL import Image

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.cvat.format import CVAT
from groundtrain.formats.yolo.format import YOLO
from tests import judges
from tests.imported_labels import PREFIX, exported, imported
from tests.judged import CLASSES, lines_of, manifest_of, voc_of, yolo_of
from tests.judges import boxes_said
from tests.label_files import blank_image, coco, cvat, cvat_box, cvat_image, put, voc, voc_object
from tests.manifest_lines import LABEL, box, dump, record

PAGE = Path(__file__).parents[2] / "docs" / "judges.md"


def test_labelformat_reads_no_lists_of_images(tmp_path):
    lines = [line | {"split": "train"} for line in lines_of({"1.jpg": [(0, 1, 2, 3, 4)], "2.jpg": []})]
    put(tmp_path / "i", {"1.jpg": blank_image(), "2.jpg": blank_image()})
    exported(YOLO, manifest_of(tmp_path, lines), tmp_path / "out", images=tmp_path / "i")
    assert (tmp_path / "out" / "train.txt").read_text() == "./images/1.jpg\n./images/2.jpg\n"
    with pytest.raises(RuntimeError, match=r"Could not find 'images' subdirectory in .*train\.txt"):
        judges.labelformat_yolo(tmp_path / "out")


def test_labelformat_takes_the_first_images_in_a_path_for_labels(tmp_path):
    """Ultralytics' img2label_paths splits at the last one, and so do we."""
    folder, said = yolo_of({"images/1.jpg": [(0, 1, 2, 3, 4)], "2.jpg": []}, tmp_path)
    assert (folder / "images" / "labels" / "1.txt").exists()
    assert judges.labelformat_yolo(folder) == {"2.jpg": []}
    assert len(said) == 2


def test_labelformat_does_not_turn_images(tmp_path):
    """The camera was held upright: 640 by 480 pixels are stored; labels are drawn on 480 by 640."""
    turned, written = Image.Exif(), io.BytesIO()
    turned[0x0112] = 6
    Image.new("RGB", (640, 480)).save(written, "JPEG", exif=turned)
    drawn = {"1.jpg": [(0, 48, 64, 240, 320)], "2.jpg": []}
    classes = {str(number): name for number, name in enumerate(CLASSES)}
    lines = [
        record(f"{PREFIX}{name}", *[box(*one) for one in boxes], classes=classes, size=(480, 640))
        for name, boxes in drawn.items()
    ]
    put(tmp_path / "i", {"1.jpg": written.getvalue(), "2.jpg": blank_image(480, 640)})
    exported(YOLO, manifest_of(tmp_path, lines), tmp_path / "out", images=tmp_path / "i")
    said = boxes_said(lines, LABEL, PREFIX)["1.jpg"]
    assert boxes_said(imported(YOLO, tmp_path / "out").lines, "pets", PREFIX)["1.jpg"] == said
    assert judges.labelformat_yolo(tmp_path / "out")["1.jpg"] == [judges.Box("car", 64, 48, 384, 288)]


def test_labelformat_wants_class_ids_without_gaps(tmp_path):
    put(tmp_path / "y", {"data.yaml": "train: images\nnames: {3: car}\n", "images/1.jpg": blank_image()})
    put(tmp_path / "y", {"labels/1.txt": "3 0.5 0.5 0.1 0.1\n"})
    assert len(imported(YOLO, tmp_path / "y").lines[0]["pets"]["annotations"]) == 1
    with pytest.raises(KeyError):
        judges.labelformat_yolo(tmp_path / "y")


def test_labelformat_splits_class_names_at_commas(tmp_path):
    put(tmp_path / "v", {"Annotations/1.xml": voc(voc_object("car, red"))})
    assert judges.globox_voc(tmp_path / "v")["a.jpg"] == [judges.Box("car, red", 10, 20, 40, 60)]
    with pytest.raises(ParseError, match="Unknown category name 'car, red'"):
        judges.labelformat_voc(tmp_path / "v", ["car, red"])


def test_labelformat_reads_no_folders_below_annotations(tmp_path):
    folder, said = voc_of({"x/1.jpg": [(0, 1, 2, 3, 4)], "x/2.jpg": [], "3.jpg": []}, tmp_path)
    read = PascalVOCObjectDetectionInput(folder / "Annotations", ",".join(CLASSES))
    assert {image.filename for image in read.get_images()} == {"3.jpg"}
    assert len(said) == 3


def test_globox_takes_images_of_one_name_in_two_folders_for_one(tmp_path):
    folder, said = voc_of({"x/1.jpg": [(0, 1, 2, 3, 4)], "y/1.jpg": []}, tmp_path)
    with pytest.raises(AssertionError, match=r"id '1\.jpg' is already present"):
        globox.AnnotationSet.from_pascal_voc(folder / "Annotations", recursive=True)
    assert judges.globox_voc(folder) == said


def test_globox_refuses_boxes_of_negative_width(tmp_path):
    lines = lines_of({"1.jpg": [(0, 10, 20, -5, 40)], "2.jpg": []})
    exported(COCO, manifest_of(tmp_path, lines), tmp_path / "out.json")
    said = boxes_said(lines, LABEL, PREFIX)
    assert judges.pycocotools_coco(tmp_path / "out.json") == said
    assert judges.labelformat_coco(tmp_path / "out.json") == said
    with pytest.raises(AssertionError, match="`xmax` must be greater than `xmin`"):
        judges.globox_coco(tmp_path / "out.json")


def test_globox_takes_classes_of_yolo_for_numbers(tmp_path):
    folder, _ = yolo_of({"1.jpg": [(1, 1, 2, 3, 4)], "2.jpg": []}, tmp_path)
    read = globox.AnnotationSet.from_yolo_darknet(folder / "labels", image_folder=folder / "images")
    assert [one.label for one in read["1.jpg"].boxes] == ["1"]


@pytest.mark.parametrize("judge", [judges.labelformat_cvat, judges.globox_cvat])
def test_judges_read_a_turned_box_of_cvat_as_if_it_were_upright(judge, tmp_path):
    """CVAT turns it about its middle: the smallest box around it is 60 wide and 40 high."""
    path = tmp_path / "a.xml"
    turned = cvat_box(sides=(10, 20, 50, 80), more='rotation="90"')
    path.write_text(cvat(cvat_image(turned)))
    assert judge(path) == {"a.jpg": [judges.Box("car", 10, 20, 50, 80)]}
    assert boxes_said(imported(CVAT, path).lines, "pets", PREFIX) == {
        "a.jpg": [judges.Box("car", 0, 30, 60, 70)]
    }


@pytest.mark.parametrize("judge", [judges.labelformat_coco, judges.globox_coco, judges.pycocotools_coco])
def test_judges_stop_at_a_category_that_is_not_listed(judge, tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(dump(coco({}, {"category_id": 9})))
    assert imported(COCO, path).lost == {
        "boxes of a category that is not listed": ["annotation 2, category 9"]
    }
    with pytest.raises(KeyError):
        judge(path)


def test_judges_take_images_of_one_id_for_one(tmp_path):
    """The last one has the name, and all the boxes; we refuse the file."""
    images = [{"id": 1, "file_name": name, "width": 640, "height": 480} for name in ("a.jpg", "b.jpg")]
    path = tmp_path / "a.json"
    path.write_bytes(dump(coco(images=images)))
    for judge in judges.COCO_JUDGES.values():
        assert judge(path) == {"b.jpg": [judges.Box("car", 10, 20, 40, 60)]}


def test_labelformat_leaves_out_images_without_a_label_file(tmp_path):
    files = {"data.yaml": "train: images\nnames: [car]\n", "labels/1.txt": "0 0.5 0.5 0.1 0.1\n"}
    put(tmp_path / "y", {**files, "images/1.jpg": blank_image(), "images/2.jpg": blank_image()})
    assert len(imported(YOLO, tmp_path / "y").lines) == 2
    assert judges.labelformat_yolo(tmp_path / "y").keys() == {"1.jpg"}


@pytest.mark.parametrize("judge", [judges.labelformat_cvat, judges.globox_cvat])
def test_judges_take_an_image_of_other_shapes_for_one_without_objects(judge, tmp_path):
    path = tmp_path / "a.xml"
    polygon = '<polygon label="car" points="1,2;3,4;5,6"></polygon>'
    path.write_text(cvat(cvat_image(cvat_box()), cvat_image(polygon, name="b.jpg")))
    got = imported(CVAT, path)
    assert [line["source-ref"] for line in got.lines] == [f"{PREFIX}a.jpg"]
    assert got.lost["images and texts all of whose labels are left out"] == ["b.jpg"]
    assert judge(path)["b.jpg"] == []


def test_labelformat_takes_an_image_of_unknown_classes_for_one_without_objects(tmp_path):
    files = {"data.yaml": "train: images\nnames: [car]\n", "labels/1.txt": "7 0.5 0.5 0.1 0.1\n"}
    put(tmp_path / "y", {**files, "images/1.jpg": blank_image(), "images/2.jpg": blank_image()})
    got = imported(YOLO, put(tmp_path / "y", {"labels/2.txt": "0 0.5 0.5 0.1 0.1\n"}))
    assert got.lost["images and texts all of whose labels are left out"] == ["1.jpg"]
    assert judges.labelformat_yolo(tmp_path / "y")["1.jpg"] == []


def test_the_table_names_these_tests():
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    here = {name for name in globals() if name.startswith("test_")} - {"test_the_table_names_these_tests"}
    assert named == here
