import zlib

import pytest
from PIL import Image

from groundtrain.images.image_file import ImageError
from groundtrain.images.pixels import read_mask
from tests.unit.images import pictures


def facts_of(picture, **options):
    return read_mask(pictures.encode(picture, "PNG", **options))


def test_a_palette_mask_tells_its_indices_and_colours():
    facts = facts_of(pictures.mask([0, 2]))
    assert (facts.header.mode, facts.values) == ("P", (0, 2))
    assert facts.palette[:3] == ("#000000", "#2ca02c", "#d62728")


def test_an_index_of_255_is_told():
    picture = pictures.mask([0, 1, 255], palette=[0] * 768)
    assert facts_of(picture).values == (0, 1, 255)


def test_a_grey_mask_tells_its_values():
    picture = Image.new("L", (4, 4), 3)
    picture.putpixel((1, 1), 255)
    facts = facts_of(picture)
    assert (facts.header.mode, facts.values, facts.palette) == ("L", (3, 255), ())


@pytest.mark.parametrize(("bits", "indices"), [(1, (0, 1)), (2, (0, 2, 3)), (4, (1, 7, 15))])
def test_indices_of_few_bits_are_told_as_stored(bits, indices):
    facts = facts_of(pictures.mask(indices, palette=[0] * 3 * 2**bits))
    assert (facts.header.bit_depth, facts.values) == (bits, indices)


def test_grey_of_few_bits_is_told_as_stored():
    ihdr = pictures.chunk(b"IHDR", (4).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"\x02\0\0\0\0")
    pixels = pictures.chunk(b"IDAT", zlib.compress(b"\0\x1b"))  # 0, 1, 2, 3 in two bits each
    content = pictures.png()[:8] + ihdr + pixels + pictures.chunk(b"IEND", b"")
    assert read_mask(content).values == (0, 1, 2, 3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_a_mask_of_several_channels_has_no_values(mode):
    facts = facts_of(pictures.noise(mode))
    assert (facts.header.mode, facts.values) == (mode, ())


def test_a_mask_of_16_bits_has_no_values():
    facts = facts_of(Image.new("I;16", (5, 4)))
    assert (facts.header.bit_depth, facts.values) == (16, ())


def test_a_mask_tells_its_size():
    header = facts_of(pictures.mask([0], size=(17, 5))).header
    assert (header.width, header.height) == (17, 5)


def test_a_jpeg_is_no_mask():
    with pytest.raises(ImageError, match="JPEG"):
        read_mask(pictures.jpeg("L"))


def test_a_truncated_mask_is_refused():
    with pytest.raises(ImageError, match="does not decode"):
        read_mask(pictures.png("P", size=(200, 200))[:-60])
