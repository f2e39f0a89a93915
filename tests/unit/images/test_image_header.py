import io
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from groundtrain.images.header import extension_fits, read_header
from groundtrain.images.image_file import ImageError, ImageHeader
from tests.unit.images import pictures
from tests.unit.images.pictures import Ranged

BIG = b"\0" * 60_000
ICC = [pictures.segment(0xE2, b"ICC_PROFILE\0" + bytes([i, 3]) + BIG) for i in (1, 2, 3)]

READ_FURTHER = {
    "jpeg rgb": pictures.jpeg(),
    "jpeg grey": pictures.jpeg("L"),
    "jpeg cmyk": pictures.jpeg("CMYK"),
    "jpeg progressive": pictures.jpeg(progressive=True),
    "jpeg turned": pictures.jpeg(orientation=6),
    "jpeg big colour profile": pictures.with_segments(pictures.jpeg(orientation=8), *ICC),
    "jpeg big comment before exif": pictures.with_segments(
        pictures.jpeg(orientation=3), pictures.segment(0xFE, BIG)
    ),
    "jpeg padded markers": pictures.with_segments(pictures.jpeg(), b"\xff" * 9),
    "jpeg one pixel": pictures.jpeg(size=(1, 1)),
    "png rgb": pictures.png(),
    "png palette": pictures.png("P"),
    "png rgba": pictures.png("RGBA"),
    "png grey and alpha": pictures.png("LA"),
    "png grey": pictures.png("L"),
    "png big text": pictures.with_chunks(pictures.png(), pictures.chunk(b"tEXt", b"a\0" + BIG)),
    "png turned": pictures.png(
        exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    ),
}


def header_of(content):
    return read_header(Ranged(content), len(content))


@pytest.mark.parametrize("content", READ_FURTHER.values(), ids=READ_FURTHER)
def test_a_header_says_what_pillow_says(content):
    header = header_of(content)
    with Image.open(io.BytesIO(content)) as picture:
        assert (header.format.upper(), header.mode, header.width, header.height, header.orientation) == (
            picture.format,
            picture.mode,
            *picture.size,
            picture.getexif().get(0x0112, 1),
        )


@pytest.mark.parametrize("content", READ_FURTHER.values(), ids=READ_FURTHER)
def test_the_bytes_behind_the_header_are_not_needed(content):
    header = header_of(content)
    assert header_of(content[: header.pixels_at]) == header


@pytest.mark.parametrize("content", READ_FURTHER.values(), ids=READ_FURTHER)
def test_a_file_that_ends_inside_its_header_is_truncated(content):
    end = header_of(content).pixels_at
    for length in range(1, end, max(1, end // 50)):
        with pytest.raises(ImageError, match="truncated"):
            header_of(content[:length])


def test_most_headers_take_one_range_of_16_kilobytes():
    fetch = Ranged(pictures.jpeg(size=(900, 700), orientation=6))
    read_header(fetch)
    assert fetch.asked == [(0, 16384)]


def test_colour_profiles_are_jumped_over():
    fetch = Ranged(READ_FURTHER["jpeg big colour profile"])
    read_header(fetch)
    assert len(fetch.asked) <= 4
    assert sum(length for _, length in fetch.asked) < 2 * len(fetch.content)


def test_an_orientation_behind_the_first_range_is_found():
    assert header_of(READ_FURTHER["jpeg big comment before exif"]).orientation == 3


def test_a_quarter_turn_swaps_the_size_that_is_shown():
    header = header_of(pictures.jpeg(size=(40, 30), orientation=6))
    assert (header.width, header.height, header.shown_size) == (40, 30, (30, 40))


def test_a_half_turn_keeps_the_size_that_is_shown():
    assert header_of(pictures.jpeg(size=(40, 30), orientation=3)).shown_size == (40, 30)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_beyond_1_to_8_means_upright(value):
    assert header_of(pictures.jpeg(orientation=value)).orientation == 1


def test_a_16_bit_png_says_so():
    header = header_of(pictures.encode(Image.new("I;16", (5, 4)), "PNG"))
    assert (header.mode, header.channels, header.bit_depth) == ("L", 1, 16)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_bits_of_an_index_are_told(bits):
    picture = pictures.mask([0, 1], palette=[0] * 3 * 2**bits)
    assert header_of(pictures.encode(picture, "PNG")).bit_depth == bits


def test_an_animated_png_is_told_from_a_still_one():
    assert header_of(pictures.animated_png()).animated
    assert not header_of(pictures.png()).animated


@pytest.mark.parametrize(
    "kind", ["GIF", "WEBP", "BMP", "TIFF", "JPEG2000", "ICO", pytest.param("AVIF", marks=pytest.mark.locked)]
)
def test_other_formats_are_named(kind):
    content = pictures.encode(pictures.noise(), kind)
    assert header_of(content) == ImageHeader(format=kind.lower())


@pytest.mark.parametrize("size", [0, None])
def test_an_empty_file_is_said_to_be_empty(size):
    with pytest.raises(ImageError, match="empty"):
        read_header(Ranged(b""), size)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<?xml version="1.0"?><Error><Code>AccessDenied', "text or a document"),
        (b"%PDF-1.7", "text or a document"),
        (b"version https://git-lfs.github.com/spec/v1", "not an image"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "not an image"),
        (b"RIFF\0\0\0\0WAVE", "not an image"),
        (b"\xff\xd8\xff\xd9", "ends before any picture"),
        (b"\xff\xd8\xff\xe0\0\x01aaaa", "damaged"),
        (b"\xff\xd8\xff\xe0\0\x02aaaa", "damaged"),
        (b"\xff\xd8" + b"\xff" * 5000, "damaged"),
        (
            b"\xff\xd8" + pictures.segment(0xC0, b"\x08\0\0\0\x05\x03") + pictures.segment(0xDA, b""),
            "no picture",
        ),
        (b"\xff\xd8" + pictures.segment(0xDA, b""), "no frame"),
        (pictures.png()[:8] + pictures.chunk(b"CgBI", b"\0" * 4) + pictures.png()[8:], "first chunk"),
        (pictures.png()[:33] + pictures.chunk(b"IEND", b""), "ends before any pixels"),
        (pictures.png()[:24] + b"\x03" + pictures.png()[25:], "no picture"),
    ],
)
def test_what_is_no_image_is_explained(content, reason):
    with pytest.raises(ImageError, match=reason):
        header_of(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8" + pictures.segment(0xFE, BIG) * 2000,
        b"\xff\xd8" + pictures.segment(0xFE, b"") * 20_000,
        pictures.png()[:33] + pictures.chunk(b"tEXt", BIG) * 2000,
        pictures.png()[:33] + pictures.chunk(b"tEXt", b"") * 20_000,
    ],
)
def test_an_endless_header_is_given_up(content):
    fetch = Ranged(content)
    with pytest.raises(ImageError, match=r"no picture begins|more than"):
        read_header(fetch)
    assert len(fetch.asked) <= 16


@pytest.mark.parametrize(
    ("uri", "image_format", "fits"),
    [
        ("s3://bkt/a.JPG", "jpeg", True),
        ("s3://bkt/a.jpeg", "jpeg", True),
        ("s3://bkt/a.png", "jpeg", False),
        ("s3://bkt/a.jpg", "webp", False),
        ("s3://bkt/v1.2/frame", "jpeg", True),
        ("s3://bkt/a.png", "png", True),
    ],
)
def test_an_extension_is_held_against_the_format(uri, image_format, fits):
    assert extension_fits(uri, image_format) is fits


SEEDS = [
    pictures.jpeg(orientation=6, size=(8, 8)),
    pictures.png("P", size=(8, 8)),
    READ_FURTHER["png turned"][:200],
    pictures.animated_png()[:200],
]


@st.composite
def damaged(draw):
    """Nearly an image: the start of a real one with some bytes changed, or anything."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for at, value in draw(st.lists(st.tuples(st.integers(0, 199), st.integers(0, 255)), max_size=6)):
        content[at % len(content)] = value
    return bytes(content[: draw(st.integers(0, len(content)))])


@given(st.binary(max_size=300) | damaged() | st.binary(max_size=99).map(b"\xff\xd8\xff".__add__))
@example(b"\xff\xd8\xff")
def test_any_bytes_give_a_header_or_an_image_error(content):
    with suppress(ImageError):
        assert header_of(content).format


@given(st.sampled_from(list(READ_FURTHER.values())), st.integers(1, 5000))
def test_small_ranges_give_the_header_of_the_whole_file(content, length):
    def fetch(start, wanted):
        return content[start : start + max(length, wanted)]

    whole = read_header(lambda start, _: content[start:])
    assert read_header(fetch) == whole
