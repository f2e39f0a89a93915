import io
import struct

import pytest
from PIL import Image

from groundtrain.images.header import read_header
from groundtrain_detector import images
from groundtrain_detector.errors import UnreadableImageError
from groundtrain_detector.images import fit, fitted_image, open_image


def stored(image, form="PNG", **options):
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode):
    form = "TIFF" if mode in ("CMYK", "YCbCr", "F", "I") else "PNG"
    assert open_image(stored(Image.new(mode, (3, 2)), form)).mode == "RGB"


def test_sixteen_bits_are_scaled_and_not_cut():
    image = Image.new("I;16", (2, 1))
    image.putpixel((0, 0), 65_535)
    image.putpixel((1, 0), 32_768)
    assert [open_image(stored(image)).getpixel((x, 0)) for x in (0, 1)] == [(255,) * 3, (128,) * 3]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_is_turned_as_groundtrain_reads_its_header(orientation, tmp_path):
    content = stored(Image.new("RGB", (30, 20)), "JPEG", exif=turned(orientation))
    header = read_header(lambda start, length: content[start : start + length], len(content))
    assert open_image(content).size == header.shown_size
    assert fitted_image(content, 15).image.size == ((10, 15) if orientation >= 5 else (15, 10))


def test_a_corner_is_where_the_labeler_saw_it():
    image = Image.new("RGB", (32, 16))
    image.paste((255, 255, 255), (0, 0, 8, 8))  # stored top left; turned by 90 degrees it is top right
    seen = open_image(stored(image, "JPEG", exif=turned(6), quality=95))
    assert seen.getpixel((12, 3)) > (200, 200, 200)
    assert seen.getpixel((3, 3)) < (60, 60, 60)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (640, 400), (13, 4000)])
def test_the_longer_side_has_the_size_of_the_input(size):
    fitted = fit(Image.new("RGB", size), 320)
    assert max(fitted.image.size) == 320
    assert (size[0] * fitted.across, size[1] * fitted.down) == pytest.approx(fitted.image.size)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_scale_counts_from_the_original_however_small_a_jpeg_was_decoded(orientation):
    content = stored(Image.new("RGB", (4000, 2000)), "JPEG", exif=turned(orientation))
    assert fitted_image(content, 400)[1:] == (0.1, 0.1)


def dds_of_another_pixel_format():
    content = bytearray(stored(Image.new("RGB", (4, 4)), "DDS"))
    content[80:88] = struct.pack("<I4s", 4, b"ZZZZ")  # flags of the pixel format: its name follows
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "of no known format"),
        (dds_of_another_pixel_format(), "cannot be read as an image: Unimplemented pixel format"),
        (b"<html>not here</html>", "of no known format"),
        (stored(Image.effect_noise((64, 64), 90), "JPEG")[:-1000], "truncated"),
        (stored(Image.new("RGB", (64, 64)))[:60], "cannot be read as an image"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17), "cannot be read as an image"),
    ],
)
def test_what_is_no_image_is_said_to_be_none(content, why):
    with pytest.raises(UnreadableImageError, match=why):
        open_image(content)


def test_an_image_too_large_for_memory_is_refused_by_its_header(monkeypatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 99)
    with pytest.raises(UnreadableImageError, match="10 x 10 pixels, and at most 99"):
        open_image(stored(Image.new("RGB", (10, 10))))
