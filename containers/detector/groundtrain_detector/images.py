"""Images as the network sees them: upright, RGB, with the longer side as long as the network's input."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image, ImageOps

from groundtrain_detector.errors import UnreadableImageError

MOST_PIXELS = 200_000_000
_ORIENTATION, _SIDEWAYS = 0x0112, range(5, 9)  # EXIF
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    NotImplementedError,
    Image.DecompressionBombError,
)
_SHORTENING = 2.0  # of Pillow's resize: how far it may shorten in whole steps first, for speed


class FittedImage(NamedTuple):
    """An image in the size of the network's input.

    Attributes:
        image: RGB.
        across, down: its width and height, divided by those of the upright original.
    """

    image: Image.Image
    across: float
    down: float


def fitted_image(content: bytes, input_size: int) -> FittedImage:
    """A file as the network sees it; a JPEG is decoded with no more pixels than that needs.

    Args:
        content: a file of any format that Pillow reads.
        input_size: pixels of the longer side.

    Raises:
        UnreadableImageError: it is no image, is damaged, or has more than `MOST_PIXELS` pixels.
    """
    with _opened(content) as opened:
        width, height = opened.size
        across, down = (max(2 * input_size * side // max(opened.size), 1) for side in opened.size)
        opened.draft("RGB", (across, down))
        image = upright(opened)
        if opened.getexif().get(_ORIENTATION, 1) in _SIDEWAYS:
            width, height = height, width
    fitted = fit(image, input_size).image
    return FittedImage(fitted, fitted.width / width, fitted.height / height)


def open_image(content: bytes) -> Image.Image:
    """The upright RGB image of a file; its EXIF orientation is applied, as labeling tools show it.

    Raises:
        UnreadableImageError: it is no image, is damaged, or has more than `MOST_PIXELS` pixels.
    """
    with _opened(content) as opened:
        return upright(opened)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                _refuse_too_large(opened)
                yield opened
    except _UNREADABLE as error:
        raise UnreadableImageError(f"it cannot be read as an image: {_words(error)}") from error


def upright(image: Image.Image) -> Image.Image:
    """The image in RGB, turned as its EXIF orientation says."""
    return in_rgb(ImageOps.exif_transpose(image))


def in_rgb(image: Image.Image) -> Image.Image:
    """In RGB; of 16 bits a pixel the upper eight, where Pillow would cut all above 255."""
    if image.mode.startswith("I"):
        wide = image.convert("I")
        low, high = wide.getextrema()
        image = wide.point(lambda value: value / 256).convert("L") if _is_wide(low, high) else wide
    return image if image.mode == "RGB" else image.convert("RGB")


def fit(image: Image.Image, input_size: int) -> FittedImage:
    """The image with a longer side of `input_size` pixels, in its proportions; no side is below 1."""
    scale = input_size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    resized = image.resize(
        (width, height), Image.Resampling.BILINEAR, reducing_gap=_SHORTENING if scale < 1 else None
    )
    return FittedImage(resized, width / image.width, height / image.height)


def _is_wide(low: object, high: object) -> bool:
    return isinstance(low, int | float) and isinstance(high, int | float) and (high > 255 or low < 0)


def _refuse_too_large(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        raise UnreadableImageError(
            f"it has {image.width} x {image.height} pixels, and at most {MOST_PIXELS:,} can be read"
        )


def _words(error: BaseException) -> str:
    text = str(error).partition(" <")[0]
    return "it is of no known format" if text.startswith("cannot identify image") else text
