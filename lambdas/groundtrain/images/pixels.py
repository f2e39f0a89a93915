"""Decode images and masks with Pillow: the only check that finds damage between header and end marker.

As masks, the built-in algorithm reads single-channel 8-bit PNGs whose pixel values are class indices
(Developer Guide, "Semantic Segmentation Algorithm"); how it treats 255 is not confirmed (C18).
"""

import io
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from groundtrain.images.byte_ranges import fetch_from
from groundtrain.images.decoding_memory import (
    MOST_DECODING_MEMORY,
    DecodingMemory,
    decoding_memory,
    is_too_large_to_decode,
)
from groundtrain.images.header import read_header, refuse_truncated
from groundtrain.images.image_file import MOST_PIXELS, ImageError, ImageHeader
from groundtrain.images.image_store import ImageStore, read_image

_OPENERS = {"jpeg": JpegImageFile, "png": PngImageFile}
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


def look_at_pixels(store: ImageStore, memory: DecodingMemory, uri: str, size: int) -> ImageHeader:
    """Header and content of one image of `size` bytes, decoded if it is a JPEG or PNG and not too large.

    Raises:
        ImageError: missing, empty, not an image, truncated, or damaged.
    """
    with memory.files.held(size):
        content = read_image(store, uri)
        header = _whole_header(content)
        if header.format in _OPENERS and not is_too_large_to_decode(header):
            with memory.pictures.held(decoding_memory(header)):
                decode_image(content)
        return replace(header, content=sha256(content).hexdigest())


def look_at_mask(store: ImageStore, memory: DecodingMemory, uri: str, size: int) -> MaskFacts:
    """Header, values and palette of one mask of `size` bytes.

    Raises:
        ImageError: missing, empty, not a PNG, truncated, too large, or damaged.
    """
    with memory.files.held(size):
        content = read_image(store, uri)
        with memory.pictures.held(decoding_memory(_whole_header(content))):
            return read_mask(content)


def decode_image(content: bytes, *, most_pixels: int = MOST_PIXELS) -> ImageHeader:
    """Decode every pixel and discard the result, in the memory of `decoding_memory`.

    Flipped bits in the pixels of a JPEG may decode to a wrong picture, which no decoder can notice.

    Raises:
        ImageError: not a JPEG or PNG, too large (refused without decoding), or damaged.
    """
    header = read_header(fetch_from(content), len(content))
    with _open_pixels(content, header, most_pixels) as picture:
        _load_pixels(picture)
    return header


def read_mask(content: bytes, *, most_pixels: int = MOST_PIXELS) -> MaskFacts:
    """Decode a mask.

    Raises:
        ImageError: not a PNG (anything lossy changes indices), too large, or damaged.
    """
    header = read_header(fetch_from(content), len(content))
    if header.format != "png":
        raise ImageError(
            f"the mask is a {header.format.upper()}, whose pixels are no exact indices", fix="use PNG"
        )
    with _open_pixels(content, header, most_pixels) as picture:
        _load_pixels(picture)
        if header.mode not in _INDEXED or header.bit_depth > 8:
            return MaskFacts(header)
        return MaskFacts(header, _values(picture, header), _palette(picture))


def _whole_header(content: bytes) -> ImageHeader:
    fetch = fetch_from(content)
    header = read_header(fetch, len(content))
    refuse_truncated(fetch, len(content), header)
    return header


def _open_pixels(content: bytes, header: ImageHeader, most_pixels: int = MOST_PIXELS) -> ImageFile:
    """A Pillow image whose pixels are not decoded yet; those of a JPEG will be at an eighth of the size.

    Raises:
        ImageError: as `decode_image`.
    """
    opener = _OPENERS.get(header.format)
    if opener is None:
        raise ImageError(f"the image is a {header.format.upper()}", fix="convert it to JPEG or PNG")
    if header.pixels > most_pixels:
        raise ImageError(
            f"the image has {header.width}x{header.height} pixels, more than {most_pixels:,}",
            fix="scale it down",
        )
    if decoding_memory(header) > MOST_DECODING_MEMORY:
        raise ImageError(
            f"decoding the image takes {decoding_memory(header):,} bytes of memory", fix="scale it down"
        )
    try:
        picture = opener(io.BytesIO(content))
        picture.draft(None, (1, 1))  # every block of a JPEG is still read
    except Exception as error:  # Pillow raises whatever the damage provokes
        raise _undecodable(error) from error
    return picture


def _load_pixels(picture: ImageFile) -> None:
    """Decode the pixels.

    Raises:
        ImageError: they are damaged or not all there.
    """
    try:
        picture.load()
    except Exception as error:  # as above
        raise _undecodable(error) from error


def _values(picture: ImageFile, header: ImageHeader) -> tuple[int, ...]:
    used = [value for value, count in enumerate(picture.histogram()) if count]
    if header.mode == "P":
        return tuple(used)
    largest = (1 << header.bit_depth) - 1
    return tuple(value * largest // 255 for value in used)  # Pillow stretches grey of few bits to 0..255


def _palette(picture: ImageFile) -> tuple[str, ...]:
    colours = bytes(picture.getpalette() or ())
    return tuple(f"#{colours[at : at + 3].hex()}" for at in range(0, len(colours), 3))


def _undecodable(error: Exception) -> ImageError:
    return ImageError(f"the image does not decode ({error or type(error).__name__})")
