"""Names in a drawn picture can be read: on a field of their box's colour, and inside the image."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.output import drawing
from groundtrain.output.drawing import draw_record, pick_record
from tests.manifest_lines import box, dump, manifest_of, record

FIELD = (230, 159, 0)  # of class 0
OTHER_FIELD = (86, 180, 233)  # of class 1


def drawn(tmp_path: Path, *boxes: dict[str, Any], **more: Any) -> Image.Image:
    source = manifest_of(tmp_path, dump(record("s3://bucket/a.jpg", *boxes, **more)))
    _, picked = pick_record(source, None, 1)
    draw_record(picked, None, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        return image.convert("RGB")


def count(image: Image.Image, colour: tuple[int, int, int]) -> int:
    return sum(pixel == colour for pixel in image.get_flattened_data())


def test_a_name_stands_on_a_field_above_its_box(tmp_path: Path) -> None:
    image = drawn(tmp_path, box(left=100, top=100, width=200, height=100))
    above = image.crop((100, 75, 300, 100))
    assert count(above, FIELD) > 200
    assert count(above, (0, 0, 0)) > 5


@pytest.mark.parametrize(("left", "top"), [(0, 0), (630, 0), (630, 470), (0, 470)])
def test_a_name_stays_inside_the_image(tmp_path: Path, left: int, top: int) -> None:
    image = drawn(tmp_path, box(left=left, top=top, width=10, height=10), classes={"0": "pedestrian"})
    assert count(image, FIELD) > 500


def test_a_name_wider_than_the_image_is_cut(tmp_path: Path) -> None:
    image = drawn(tmp_path, box(left=100, top=100), classes={"0": "x" * 500})
    assert image.size == (640, 480)


def test_classes_have_colours_of_their_own(tmp_path: Path) -> None:
    boxes = box(left=10, top=100), box(1, left=300, top=100)
    image = drawn(tmp_path, *boxes, classes={"0": "car", "1": "bus"})
    assert count(image, FIELD) > 100
    assert count(image, OTHER_FIELD) > 100
    assert len(set(drawing._COLOURS)) == len(drawing._COLOURS)
