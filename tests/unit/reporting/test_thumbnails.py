"""Images and masks are made small; what cannot be shown is told."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.images.image_file import ImageError
from groundtrain.reporting.thumbnails import StoredThumbnails


def thumbnails(folder: Path, budget: int = 1_000_000) -> StoredThumbnails:
    return StoredThumbnails(DirectoryStore(folder), budget)


def decoded(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2])))


def test_a_photo_becomes_a_small_webp_of_the_same_shape(tmp_path: Path) -> None:
    Image.new("RGB", (1920, 1080), "#336699").save(tmp_path / "a.jpg")
    small = thumbnails(tmp_path).of_image("s3://bucket/a.jpg", (1920, 1080))
    assert small.size == (1920, 1080)
    assert decoded(small.data).size == (480, 270)
    assert decoded(small.data).format == "WEBP"


def test_a_photo_is_turned_where_the_label_was_drawn_on_the_turned_one(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (640, 480)).save(tmp_path / "a.jpg", exif=exif)
    small = thumbnails(tmp_path).of_image("s3://bucket/a.jpg", (480, 640))
    assert (small.size, decoded(small.data).size) == ((480, 640), (360, 480))


def test_a_mask_is_drawn_in_the_colours_of_its_classes_and_measured(tmp_path: Path) -> None:
    mask = Image.new("P", (100, 100), 0)
    mask.paste(1, (0, 0, 50, 50))
    mask.save(tmp_path / "m.png")
    drawn = thumbnails(tmp_path).of_mask("s3://bucket/m.png", {0: "", 1: "#ff0000"})
    assert drawn.shares == {0: 0.75, 1: 0.25}
    pixels = decoded(drawn.data).convert("RGBA")
    assert pixels.getpixel((10, 10)) == (255, 0, 0, 255)
    assert pixels.getpixel((90, 90))[3] == 0  # type: ignore[index]


def test_beyond_the_budget_there_is_a_size_and_no_picture(tmp_path: Path) -> None:
    Image.effect_noise((400, 400), 90).save(tmp_path / "a.png")
    small = thumbnails(tmp_path, budget=100).of_image("s3://bucket/a.png", None)
    assert (small.data, small.size) == ("", (400, 400))


@pytest.mark.parametrize(
    "content", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + bytes(50)], ids=["empty", "text", "torn"]
)
def test_what_is_no_image_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ImageError):
        thumbnails(tmp_path).of_image("s3://bucket/a.png", None)
