"""What other people's readers see in a file is what its import says; what their writers write is imported."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelformat.formats import (
    COCOObjectDetectionInput,
    COCOObjectDetectionOutput,
    CVATObjectDetectionOutput,
    PascalVOCObjectDetectionOutput,
    YOLOv8ObjectDetectionOutput,
)

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.cvat.format import CVAT
from groundtrain.formats.voc.format import VOC
from groundtrain.formats.yolo.format import YOLO
from tests import judges
from tests.imported_labels import PREFIX, imported
from tests.judged import CLASSES
from tests.judges import boxes_said
from tests.label_files import blank_image, coco, cvat, cvat_box, cvat_image, put, voc, voc_object
from tests.manifest_lines import dump

EXAMPLES = settings(max_examples=12)
corner = st.integers(0, 200) | st.floats(0, 200, allow_nan=False)
lengths = st.integers(1, 200) | st.floats(0.01, 200, allow_nan=False)
boxes = st.lists(st.tuples(st.sampled_from(CLASSES), corner, corner, lengths, lengths), max_size=4)
names = st.sampled_from(["a", "ä b", "c,d", "1 & 2", "%20"]).map("{}.jpg".format)
drawn_images = st.dictionaries(names, boxes, min_size=1, max_size=4)


def said(got):
    return boxes_said(got.lines, "pets", PREFIX)


def coco_of(drawn, ids):
    """With ids as they are drawn: 0, negative, with gaps, in no order."""
    images = [{"id": 7 * n, "file_name": name, "width": 640, "height": 480} for n, name in enumerate(drawn)]
    number = dict(zip(CLASSES, ids, strict=True))
    annotations = [
        {"id": place, "image_id": 7 * n, "category_id": number[one[0]], "bbox": list(one[1:])}
        for n, of_image in enumerate(drawn.values())
        for place, one in enumerate(of_image, 100 * n)
    ]
    categories = [{"id": i, "name": name} for name, i in number.items()]
    return coco(images=images, annotations=annotations, categories=categories)


ids = st.lists(st.integers(-3, 90), min_size=len(CLASSES), max_size=len(CLASSES), unique=True)


@EXAMPLES
@given(drawn_images, ids)
def test_coco_is_imported_as_judges_read_it(drawn, numbers):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "in.json")
        path.write_bytes(dump(coco_of(drawn, numbers)))
        ours = said(imported(COCO, path))
        assert {name: judge(path) for name, judge in judges.COCO_JUDGES.items()} == dict.fromkeys(
            judges.COCO_JUDGES, ours
        )


with_a_box = drawn_images.map(lambda drawn: {"0.jpg": [("yes", 1, 2, 3, 4)], **drawn})


@EXAMPLES
@given(with_a_box)
def test_cvat_is_imported_as_judges_read_it(drawn):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "in.xml")
        images = (
            cvat_image(*(cvat_box(one[0], sides=corners(*one[1:])) for one in of_image), name=name)
            for name, of_image in drawn.items()
        )
        path.write_text(cvat(*images, labels=CLASSES), "utf-8")
        ours = said(imported(CVAT, path))
        assert judges.labelformat_cvat(path) == ours
        assert judges.globox_cvat(path) == ours


def corners(left, top, width, height):
    return left, top, left + width, top + height


@EXAMPLES
@given(drawn_images)
def test_voc_is_imported_as_judges_read_it(drawn):
    with tempfile.TemporaryDirectory() as directory:
        files = {
            f"Annotations/{number}.xml": voc(
                *(voc_object(one[0], [f"{side:f}" for side in corners(*one[1:])]) for one in of_image),
                name=name,
            )
            for number, (name, of_image) in enumerate(drawn.items())
        }
        folder = put(Path(directory, "voc"), files)
        ours = said(imported(VOC, folder))
        assert judges.labelformat_voc(folder, CLASSES) == ours
        assert judges.globox_voc(folder) == ours
        assert judges.schema_voc(folder) == ours


fraction = st.integers(0, 10**6).map(lambda number: f"{number / 10**6:.6f}")
yolo_lines = st.lists(st.tuples(st.integers(0, len(CLASSES) - 1), *[fraction] * 4), max_size=4)


@EXAMPLES
@given(st.dictionaries(names, yolo_lines.filter(bool), min_size=1, max_size=4))
def test_yolo_is_imported_as_judges_read_it(drawn):
    with tempfile.TemporaryDirectory() as directory:
        listed = "".join(f'  {number}: "{name}"\n' for number, name in enumerate(CLASSES))
        folder = put(Path(directory, "yolo"), {"data.yaml": f"train: ../train/images\nnames:\n{listed}"})
        put(folder / "train" / "images", dict.fromkeys(drawn, blank_image()))
        for name, lines in drawn.items():
            text = "\n".join(" ".join(map(str, one)) for one in lines)
            put(folder / "train" / "labels", {f"{Path(name).stem}.txt": text})
        ours = boxes_said(imported(YOLO, folder).lines, "pets", f"{PREFIX}train/images/")
        assert judges.labelformat_yolo(folder) == ours


def written_by_labelformat(name, source, folder):
    """A path with the labels of a COCO file, as labelformat writes them."""
    read = COCOObjectDetectionInput(input_file=source)
    folder.mkdir()
    if name == "coco":
        COCOObjectDetectionOutput(output_file=folder / "a.json").save(read)
        return folder / "a.json"
    if name == "cvat":
        CVATObjectDetectionOutput(output_folder=folder).save(read)
        return folder / "annotations.xml"
    if name == "yolo":
        YOLOv8ObjectDetectionOutput(output_file=folder / "data.yaml", output_split="train").save(read)
        put(folder / "images", {image.filename: blank_image() for image in read.get_images()})
        return folder
    PascalVOCObjectDetectionOutput(output_folder=folder / "Annotations").save(read)
    return folder


@pytest.mark.parametrize("format_", [COCO, YOLO, VOC, CVAT], ids=lambda each: each.name)
@EXAMPLES
@given(drawn=with_a_box)
def test_what_labelformat_writes_is_imported(format_, drawn):
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "in.json")
        source.write_bytes(dump(coco_of(drawn, range(len(CLASSES)))))
        written = written_by_labelformat(format_.name, source, Path(directory, "written"))
        got = imported(format_, written)
        assert (said(got), got.lost) == (judges.labelformat_coco(source), {})
