"""An image for people to look at: decoded, at most of a certain size, in RGB or as a mask's values."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from PIL import Image, ImageOps

from groundtrain.images.byte_ranges import fetch_from
from groundtrain.images.header import read_header
from groundtrain.images.image_file import MOST_PIXELS, ImageError, ImageHeader

_GREY = (128, 128, 128)
_ORIENTATION, _QUARTER_TURNS = 0x0112, (5, 6, 7, 8)


class ScaledImage(Struct, frozen=True):
    """An image as it is stored, turned only where that was asked for.

    Attributes:
        width, height: of the whole image as it lies here, in pixels; `pixels` may have fewer.
    """

    pixels: Image.Image
    width: int
    height: int


def read_scaled(content: bytes, longest: int, stated: tuple[int, int] | None = None) -> ScaledImage:
    """The image with sides of at most so many pixels, in RGB; what is transparent is grey.

    EXIF turns it where its labels state the size that it has when turned, or state none; labels that state
    the size as it is stored are of the pixels as they are stored (GT606, GT607).

    Raises:
        ImageError: no image, too many pixels, or damaged.
    """
    with _decoding(content) as (image, _):
        turns = stated is None or (image.size != stated and image.size[::-1] == stated)
        full = image.size
        image.thumbnail((longest, longest))
        if turns:
            swapped = image.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS
            return ScaledImage(_in_rgb(ImageOps.exif_transpose(image)), *(full[::-1] if swapped else full))
        return ScaledImage(_in_rgb(image), *full)


def read_mask_values(content: bytes, longest: int) -> ScaledImage:
    """A mask with the values of its pixels in mode "L", as they are stored; in RGB if it is no map of values.

    Raises:
        ImageError: no image, too many pixels, or damaged.
    """
    with _decoding(content) as (mask, header):
        full, bits = mask.size, header.bit_depth or 8
        if mask.mode not in ("L", "P", "1") or bits > 8:
            return ScaledImage(_in_rgb(_nearest(mask, longest)), *full)
        values = Image.frombytes("L", full, mask.tobytes()) if mask.mode == "P" else mask.convert("L")
        if mask.mode != "P" and bits < 8:  # Pillow stretches grey of few bits to 0..255
            values = values.point([round(value * ((1 << bits) - 1) / 255) for value in range(256)])
        return ScaledImage(_nearest(values, longest), *full)


@contextmanager
def _decoding(content: bytes) -> Iterator[tuple[Image.Image, ImageHeader]]:
    """The image that these bytes are, and its header, while the block decodes it.

    Raises:
        ImageError
    """
    header = read_header(fetch_from(content), len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                _refuse_too_large(image.size)
                yield image, header
    except ImageError:
        raise
    except Exception as error:  # Pillow raises whatever the damage provokes
        raise ImageError(f"the image does not decode ({error or type(error).__name__})") from error


def _refuse_too_large(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise ImageError(
            f"the image has {size[0]} x {size[1]} pixels, more than are drawn", fix="scale it down"
        )


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _nearest(image: Image.Image, longest: int) -> Image.Image:
    size = _within(image.size, longest)
    return image if size == image.size else image.resize(size, Image.Resampling.NEAREST)


def _in_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "A" in image.mode or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, _GREY)
        return Image.alpha_composite(ground, with_alpha).convert("RGB")
    return image.convert("RGB")
