"""Masks lie over their images in their own colours; values are those that numpy reads from the file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.label_samples import labeled
from tests.pictures import count, drawing_of, picture_of, said

COLOURS = {"0": "#ffffff", "1": "#2ca02c", "2": "#1f77b4"}
NAMES = {"0": "BACKGROUND", "1": "road", "2": "kerb"}


def line(colours: dict[str, str] = COLOURS, names: dict[str, str] = NAMES) -> dict[str, Any]:
    entries = {i: {"class-name": name, "hex-color": colours.get(i)} for i, name in names.items()}
    entries = {i: {k: v for k, v in entry.items() if v} for i, entry in entries.items()}
    return labeled(
        "road-ref",
        "s3://bucket/masks/a.png",
        "s3://bucket/a.jpg",
        "semantic-segmentation",
        internal_color_map=entries,
    )


def save(folder: Path, values: np.ndarray, *, mode: str = "L") -> None:
    height, width = values.shape
    Image.new("RGB", (width, height), "black").save(folder / "a.jpg")
    (folder / "masks").mkdir(exist_ok=True)
    mask = Image.fromarray(values.astype(np.uint8))
    if mode == "P":
        mask = mask.convert("P")
        mask.putdata(values.reshape(-1).tolist())
        mask.putpalette([x for i in range(256) for x in (i, 255 - i, i)])
    mask.save(folder / "masks" / "a.png")


def quarters(*values: int) -> np.ndarray:
    top, bottom = (np.repeat(row, 200)[None].repeat(100, 0) for row in (values[:2], values[2:]))
    return np.vstack((top, bottom))


@pytest.mark.parametrize("mode", ["L", "P"])
def test_each_class_lies_over_the_image_in_the_colour_of_the_map(tmp_path: Path, mode: str) -> None:
    save(tmp_path, quarters(0, 1, 2, 1), mode=mode)
    image = picture_of(tmp_path, line(), tmp_path)
    for place, colour, opacity in (
        ((300, 50), (0x2C, 0xA0, 0x2C), 150),
        ((100, 150), (0x1F, 0x77, 0xB4), 150),
        ((100, 50), (255, 255, 255), 40),
    ):
        wanted = [channel * opacity / 255 for channel in colour]  # over black
        assert image.getpixel(place) == pytest.approx(wanted, abs=1.5)


def test_the_legend_gives_the_share_of_each_value_as_numpy_counts_it(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 3, (120, 400))
    save(tmp_path, values)
    told = said(drawing_of(tmp_path, line(), tmp_path))
    for value, name in enumerate(NAMES.values()):
        assert f"{name} {(values == value).mean():.1%}" in told


def test_a_grey_mask_of_few_bits_has_its_values_as_stored(tmp_path: Path) -> None:
    values = quarters(0, 1, 1, 0)
    save(tmp_path, values)
    Image.fromarray((values * 255).astype(np.uint8)).convert("1").save(tmp_path / "masks" / "a.png")
    assert "road 50.0%" in said(drawing_of(tmp_path, line(), tmp_path))


def test_a_value_without_a_class_is_seen_and_named_with_its_finding(tmp_path: Path) -> None:
    save(tmp_path, quarters(0, 9, 1, 255))
    told = said(drawing_of(tmp_path, line(), tmp_path))
    assert "value 9: no class 25.0%" in told
    assert "unlabeled 25.0%" in told
    assert "GT624" in told


def test_a_class_that_the_mask_does_not_show_is_in_the_legend(tmp_path: Path) -> None:
    save(tmp_path, quarters(0, 1, 1, 0))
    assert "kerb nowhere" in said(drawing_of(tmp_path, line(), tmp_path))


@pytest.mark.parametrize("colours", [{}, {"0": "#000000", "1": "#000000", "2": "#000000"}, {"0": "red; x"}])
def test_without_colours_that_tell_them_apart_classes_have_ours(
    tmp_path: Path, colours: dict[str, str]
) -> None:
    save(tmp_path, quarters(0, 1, 2, 1))
    image = picture_of(tmp_path, line(colours), tmp_path)
    assert len({image.getpixel(place) for place in ((100, 50), (300, 50), (100, 150))}) == 3


def test_a_mask_in_colours_of_its_own_is_shown_in_these(tmp_path: Path) -> None:
    save(tmp_path, quarters(0, 1, 2, 1))
    Image.new("RGB", (400, 200), (200, 0, 0)).save(tmp_path / "masks" / "a.png")
    told = said(drawing_of(tmp_path, line(), tmp_path))
    assert "the mask in its own colours" in told
    assert "GT622" in told
    assert count(picture_of(tmp_path, line(), tmp_path), (118, 0, 0)) == 400 * 200


def test_a_mask_of_another_size_is_stretched_over_its_image(tmp_path: Path) -> None:
    save(tmp_path, quarters(1, 1, 1, 1))
    Image.new("L", (40, 20), 1).save(tmp_path / "masks" / "a.png")
    drawing = drawing_of(tmp_path, line(), tmp_path)
    assert "GT623" in said(drawing)
    assert "road 100.0%" in said(drawing)


def test_a_mask_that_is_not_there_leaves_the_image_and_says_so(tmp_path: Path) -> None:
    Image.new("RGB", (400, 200)).save(tmp_path / "a.jpg")
    told = said(drawing_of(tmp_path, line(), tmp_path))
    assert "GT620" in told
    assert "no mask: there is no file" in told


def test_without_a_folder_the_classes_are_told_on_a_blank(tmp_path: Path) -> None:
    told = said(drawing_of(tmp_path, line()))
    assert "road" in told
    assert "was not read (--image-dir)" in told
