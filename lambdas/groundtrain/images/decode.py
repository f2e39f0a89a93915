"""Decode images fully: the only check that finds damage between header and end marker."""

import io

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from groundtrain.images.errors import ImageError
from groundtrain.images.header import read_header
from groundtrain.images.limits import MOST_PIXELS
from groundtrain.images.records import ImageHeader

_OPENERS = {"jpeg": JpegImageFile, "png": PngImageFile}


def decode_image(content: bytes, *, most_pixels: int = MOST_PIXELS) -> ImageHeader:
    """Decode every pixel and discard the result, in less than some 4 bytes of memory a pixel.

    Flipped bits in the pixels of a JPEG may decode to a wrong picture, which no decoder can notice.

    Raises:
        ImageError: not a JPEG or PNG, more than `most_pixels` (refused without decoding), or damaged.
    """
    header = read_header(lambda start, length: content[start : start + length], len(content))
    with open_pixels(content, header, most_pixels) as picture:
        load_pixels(picture)
    return header


def open_pixels(content: bytes, header: ImageHeader, most_pixels: int = MOST_PIXELS) -> ImageFile:
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
    try:
        picture = opener(io.BytesIO(content))
        picture.draft(None, (1, 1))  # every block of a JPEG is still read
    except Exception as error:  # Pillow raises whatever the damage provokes
        raise _undecodable(error) from error
    return picture


def load_pixels(picture: ImageFile) -> None:
    """Decode the pixels.

    Raises:
        ImageError: they are damaged or not all there.
    """
    try:
        picture.load()
    except Exception as error:  # as above
        raise _undecodable(error) from error


def _undecodable(error: Exception) -> ImageError:
    return ImageError(f"the image does not decode ({error or type(error).__name__})")
