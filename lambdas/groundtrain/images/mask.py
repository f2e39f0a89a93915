"""Read the values of a segmentation mask; the rules compare them with the record.

The built-in algorithm reads a single-channel 8-bit PNG whose pixel values are class indices (Developer Guide,
"Semantic Segmentation Algorithm"); how it treats 255 is not documented.
"""

from msgspec import Struct
from PIL.ImageFile import ImageFile

from groundtrain.images.decode import load_pixels, open_pixels
from groundtrain.images.errors import ImageError
from groundtrain.images.header import read_header
from groundtrain.images.limits import MOST_PIXELS
from groundtrain.images.records import ImageHeader

_INDEXED = ("P", "L")


class MaskFacts(Struct, frozen=True):
    """One mask, decoded.

    Attributes:
        header: size, mode ("P" and "L" can be trained on) and bit depth.
        values: the pixel values that occur, as stored, in ascending order, including 255; empty when the mask
            has several channels or 16 bits.
        palette: "#rrggbb" by index, as far as the file defines it; empty in mode "L".
    """

    header: ImageHeader
    values: tuple[int, ...] = ()
    palette: tuple[str, ...] = ()


def read_mask(content: bytes, *, most_pixels: int = MOST_PIXELS) -> MaskFacts:
    """Decode a mask.

    Raises:
        ImageError: not a PNG (anything lossy changes indices), too many pixels, or damaged.
    """
    header = read_header(lambda start, length: content[start : start + length], len(content))
    if header.format != "png":
        raise ImageError(
            f"the mask is a {header.format.upper()}, whose pixels are no exact indices", fix="use PNG"
        )
    with open_pixels(content, header, most_pixels) as picture:
        load_pixels(picture)
        if header.mode not in _INDEXED or header.bit_depth > 8:
            return MaskFacts(header)
        return MaskFacts(header, _values(picture, header), _palette(picture))


def _values(picture: ImageFile, header: ImageHeader) -> tuple[int, ...]:
    used = [value for value, count in enumerate(picture.histogram()) if count]
    if header.mode == "P":
        return tuple(used)
    largest = (1 << header.bit_depth) - 1
    return tuple(value * largest // 255 for value in used)  # Pillow stretches grey of few bits to 0..255


def _palette(picture: ImageFile) -> tuple[str, ...]:
    colours = bytes(picture.getpalette() or ())
    return tuple(f"#{colours[at : at + 3].hex()}" for at in range(0, len(colours), 3))
