from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from groundtrain.images.header import has_end_marker, read_header
from groundtrain.images.image_file import ImageError
from groundtrain.images.pixels import decode_image
from tests.unit.images import pictures
from tests.unit.images.pictures import Ranged

SOUND = {
    "jpeg": pictures.jpeg(size=(200, 150)),
    "jpeg cmyk": pictures.jpeg("CMYK"),
    "jpeg progressive": pictures.jpeg(size=(200, 150), progressive=True),
    "png": pictures.png(size=(200, 150)),
    "png palette": pictures.png("P"),
    "png animated": pictures.animated_png(),
    "png 16 bit": pictures.encode(Image.new("I;16", (5, 4)), "PNG"),
}


def ends(content):
    fetch = Ranged(content)
    return has_end_marker(fetch, len(content), read_header(fetch))


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_a_sound_image_decodes(content):
    assert decode_image(content) == read_header(Ranged(content))


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_a_sound_image_has_an_end_marker(content):
    assert ends(content)


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_a_truncated_image_has_no_end_marker(content):
    assert not ends(content[:-8])


@pytest.mark.parametrize("name", ["jpeg", "png", "jpeg progressive"])
def test_a_truncated_image_does_not_decode(name):
    content = SOUND[name]
    with pytest.raises(ImageError, match="does not decode"):
        decode_image(content[: len(content) * 2 // 3])


def test_the_end_marker_of_a_thumbnail_does_not_count():
    thumbnail = pictures.segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + pictures.jpeg(size=(8, 8)))
    content = pictures.with_segments(pictures.jpeg(), thumbnail)
    assert ends(content)
    assert not ends(content[:-2])


@pytest.mark.parametrize("name", ["jpeg", "png"])
@pytest.mark.parametrize("appended", [1, 5_000, 900_000])
def test_bytes_that_a_camera_appends_hide_no_end_marker(name, appended):
    assert ends(SOUND[name] + b"\0" * appended)


def test_a_format_that_is_only_named_is_not_called_truncated():
    assert ends(pictures.encode(pictures.noise(), "GIF"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP"])
def test_a_format_that_cannot_be_trained_on_is_not_decoded(kind):
    with pytest.raises(ImageError, match=kind):
        decode_image(pictures.encode(pictures.noise(), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_image_beyond_the_limit_is_refused_by_its_header(kind):
    content = pictures.encode(Image.new("L", (101, 100)), kind)
    with pytest.raises(ImageError, match="101x100 pixels, more than 10,000"):
        decode_image(content, most_pixels=10_000)


def test_a_decompression_bomb_is_refused():
    size = (60_000).to_bytes(4, "big") * 2
    ihdr = pictures.chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    bomb = pictures.png()[:8] + ihdr + pictures.png()[33:]
    with pytest.raises(ImageError, match="60000x60000"):
        decode_image(bomb)


def test_an_image_between_pillows_warning_and_the_limit_is_decoded():
    decode_image(pictures.encode(Image.new("1", (9_900, 10_000)), "PNG"))


@settings(max_examples=60)
@given(
    st.sampled_from(list(SOUND.values())),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_image_decodes_or_gives_an_image_error(content, changes):
    damaged = bytearray(content)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    with suppress(ImageError):
        assert decode_image(bytes(damaged)).pixels
