"""Boxes are drawn where they are, can be read, and what is wrong with one is marked on it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from groundtrain.evaluation import FoundBox
from groundtrain.output.drawn_detections import draw_detections
from tests.manifest_lines import box, record
from tests.pictures import count, drawing_of, picture_of, said

FIELD, OTHER_FIELD = (230, 159, 0), (86, 180, 233)  # of classes 0 and 1
YELLOW = (255, 230, 0)  # of marks on faults


def drawn(folder: Path, *boxes: dict[str, Any], **more: Any) -> Image.Image:
    return picture_of(folder, record("s3://bucket/a.jpg", *boxes, **more))


def test_a_name_stands_on_a_field_above_its_box(tmp_path: Path) -> None:
    image = drawn(tmp_path, box(left=100, top=100, width=200, height=100))
    above = image.crop((100, 75, 300, 100))
    assert count(above, FIELD) > 200
    assert count(above, (0, 0, 0)) > 5


@pytest.mark.parametrize(("left", "top"), [(0, 0), (630, 0), (630, 470), (0, 470)])
def test_a_name_stays_inside_the_image(tmp_path: Path, left: int, top: int) -> None:
    boxes = box(left=left, top=top, width=10, height=10)
    image = drawn(tmp_path, boxes, classes={"0": "pedestrian"}).crop((0, 0, 640, 480))
    assert count(image, FIELD) > 500


def test_classes_have_colours_of_their_own(tmp_path: Path) -> None:
    boxes = box(left=10, top=100), box(1, left=300, top=100)
    image = drawn(tmp_path, *boxes, classes={"0": "car", "1": "bus"}).crop((0, 0, 640, 480))
    assert count(image, FIELD) > 100
    assert count(image, OTHER_FIELD) > 100


def test_the_outline_lies_on_the_box_to_the_pixel(tmp_path: Path) -> None:
    image = np.asarray(drawn(tmp_path, box(left=100, top=200, width=50, height=30)))[:480]
    rows, columns = np.nonzero((image == FIELD).all(axis=-1) & (np.arange(480)[:, None] >= 200))
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (100, 150, 200, 230)


def test_a_sound_record_has_no_mark(tmp_path: Path) -> None:
    assert count(drawn(tmp_path, box()), YELLOW) == 0


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("GT207", box(left=300, top=200, width=0, height=50)),
        ("GT212", box(left=300, top=200, width=1, height=1)),
        ("GT301", box(7, left=300, top=200)),
    ],
)
def test_a_faulty_box_is_marked_at_its_place_with_the_code(
    tmp_path: Path, code: str, wrong: dict[str, Any]
) -> None:
    line = record("s3://bucket/a.jpg", box(), wrong)
    image = picture_of(tmp_path, line).crop((0, 0, 640, 480))
    assert count(image.crop((250, 150, 400, 300)), YELLOW) > 30
    assert count(image.crop((0, 0, 200, 480)), YELLOW) == 0
    assert said(drawing_of(tmp_path, line)).count(code) == 2  # at the box, and below the picture


def test_of_two_equal_boxes_the_second_is_marked_around_the_first(tmp_path: Path) -> None:
    line = record("s3://bucket/a.jpg", *[box(left=100, top=100, width=200, height=100)] * 2)
    assert said(drawing_of(tmp_path, line)).count("GT242") == 2
    assert count(picture_of(tmp_path, line).crop((90, 150, 99, 190)), YELLOW) > 10


def test_the_name_of_a_marked_box_leaves_its_mark_to_be_seen(tmp_path: Path) -> None:
    line = record("s3://bucket/a.jpg", box(7, left=300, top=200, width=60, height=60))
    image = picture_of(tmp_path, line)
    assert count(image.crop((290, 195, 370, 199)), YELLOW) > 100


def test_a_box_that_leaves_the_image_is_drawn_whole_in_a_margin(tmp_path: Path) -> None:
    image = drawn(tmp_path, box(left=600, top=400, width=100, height=60))
    assert image.width > 700
    right = np.nonzero((np.asarray(image)[:480] == FIELD).all(axis=-1))[1].max()
    assert 698 <= right <= 702
    assert image.getpixel((660, 10)) != (128, 128, 128)  # the margin is no blank image


@pytest.mark.parametrize("far", [1e4, 1e300])
def test_a_box_far_away_makes_no_endless_picture(tmp_path: Path, far: float) -> None:
    image = drawn(tmp_path, box(left=far, top=-far))
    assert max(image.size) < 1600
    assert count(image, YELLOW) > 30


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [((1, 1), 20, 800), ((28, 28), 300, 800), ((20_000, 3), 40, 1600), ((30_000, 30_000), 1600, 2400)],
)
def test_images_of_any_size_make_pictures_that_can_be_looked_at(
    tmp_path: Path, size: tuple[int, int], least: int, most: int
) -> None:
    image = drawn(tmp_path, box(left=0, top=0, width=1, height=1), size=size)
    assert max(image.size) <= most
    assert min(image.size) >= least


@pytest.mark.parametrize("size", [(0, 0), (-5, 10)])
def test_an_impossible_size_is_drawn_on_a_blank_with_its_finding(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    drawing = drawing_of(tmp_path, record("s3://bucket/a.jpg", box(), size=size))
    assert "GT205" in said(drawing)


def test_names_of_many_boxes_leave_the_image_to_be_seen_and_are_counted(tmp_path: Path) -> None:
    boxes = [box(left=20 * (i % 30), top=(7 * i) % 450, width=15, height=15) for i in range(400)]
    drawing = drawing_of(tmp_path, record("s3://bucket/a.jpg", *boxes, classes={"0": "pedestrian"}))
    assert "boxes without a name for want of room" in said(drawing)
    assert 10 < said(drawing).count("pedestrian") < 200


@pytest.mark.parametrize(
    "name", ["x" * 1_000_000, "<script>alert(1)</script>", "\u202ekcart\x1b[2J", "a\nb", "", " ", "\ue000"]
)
def test_a_name_of_any_kind_is_drawn_harmless_and_in_bounds(tmp_path: Path, name: str) -> None:
    drawing = drawing_of(tmp_path, record("s3://bucket/a.jpg", box(left=100, top=100), classes={"0": name}))
    assert drawing.width == 640
    assert all(text.isprintable() for text in drawing.texts())


@pytest.mark.parametrize(("orientation", "size"), [(6, (60, 40)), (6, (40, 60)), (1, (60, 40))])
def test_the_image_lies_as_its_labels_state_its_size(
    tmp_path: Path, orientation: int, size: tuple[int, int]
) -> None:
    """The white corner is at the top left as stored, and at the top right once EXIF 6 turns it."""
    image, exif = Image.new("RGB", (60, 40)), Image.Exif()
    image.paste("white", (0, 0, 20, 20))
    exif[0x0112] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    drawn = picture_of(tmp_path, record("s3://bucket/a.png", size=size), tmp_path)
    is_turned = size == (40, 60)
    scale = 360 // 60
    assert (drawn.getpixel((3, 3)) == (255, 255, 255)) is not is_turned
    assert (drawn.getpixel((scale * size[0] - 4, 3)) == (255, 255, 255)) is is_turned


def test_an_image_that_is_not_there_is_blank_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    drawing = drawing_of(tmp_path, record("s3://bucket/a.jpg", box()), tmp_path / "images")
    assert "GT601" in said(drawing)
    assert "a blank image: there is no file" in said(drawing)


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_an_image_that_does_not_decode_is_blank_with_its_finding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert "GT60" in said(drawing_of(tmp_path, record("s3://bucket/a.jpg", box()), tmp_path))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_an_image_of_any_mode_is_drawn(tmp_path: Path, mode: str) -> None:
    ending = "jpg" if mode == "CMYK" else "png"
    Image.new(mode, (640, 480), 1 if mode in ("1", "P") else None).save(tmp_path / f"a.{ending}")
    drawing = drawing_of(tmp_path, record(f"s3://bucket/a.{ending}", box()), tmp_path)
    assert "blank" not in said(drawing)


def test_what_a_model_found_is_named_in_any_script_and_no_name_lies_on_another(tmp_path: Path) -> None:
    found = [FoundBox(0, 0.9 - i / 10, 100 + i, 100 + i, 200, 200) for i in range(3)]
    picture = Image.new("RGB", (640, 480), "white")
    draw_detections(picture, found, ["знак"], tmp_path / "a.png")
    one = Image.new("RGB", (640, 480), "white")
    draw_detections(one, found[:1], ["знак"], tmp_path / "b.png")
    with Image.open(tmp_path / "a.png") as three, Image.open(tmp_path / "b.png") as single:
        assert count(three, FIELD) > 2 * count(single, FIELD)
