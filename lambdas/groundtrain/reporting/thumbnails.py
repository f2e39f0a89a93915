"""Make images and masks small enough for a page; findings come first, until the page is large enough."""

import base64
import io
from collections.abc import Mapping
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageOps

from groundtrain.images.image_file import MOST_PIXELS, ImageError
from groundtrain.images.image_store import ImageStore, read_image
from groundtrain.reporting.page_budget import LARGEST
from groundtrain.reporting.pictures import MaskThumbnail, Thumbnail

LONGEST_SIDE = 480
"""Pixels of a picture's longer side."""
_QUALITY, _METHOD, _LEVELS = 62, 4, 256
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


class StoredThumbnails:
    """Thumbnails of images in a store.

    Args:
        store: where the images are.
        budget: characters that all of them may have together, until `leave` says another number.
    """

    def __init__(self, store: ImageStore, budget: int = LARGEST) -> None:
        self._store, self._left = store, budget

    def leave(self, characters: int) -> None:
        """From here on all images together have so many characters at most."""
        self._left = characters

    def of_image(self, uri: str, stated: tuple[int, int] | None) -> Thumbnail:
        """The image as WebP, turned as its EXIF data say where the label's size is that of the turned one.

        Raises:
            ImageError: it is missing, or does not decode.
        """
        picture, size = self._decoded(uri)
        turned: Image.Image = picture
        if stated == size[::-1] != size:
            turned, size = ImageOps.exif_transpose(picture), size[::-1]
        small = turned.convert("RGB")
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return Thumbnail(self._within_budget(small, "WEBP", quality=_QUALITY, method=_METHOD), size)

    def of_mask(self, uri: str, colours: Mapping[int, str]) -> MaskThumbnail:
        """The mask as PNG, in colours by pixel value.

        Raises:
            ImageError: it is missing, has no single channel of 8 bits, or does not decode.
        """
        picture, size = self._decoded(uri)
        if picture.mode not in ("P", "L"):
            raise ImageError(f"the mask has no single channel of 8 bits, but {picture.mode}")
        pixels = size[0] * size[1]
        shares = {value: count / pixels for value, count in enumerate(picture.histogram()) if count}
        small = picture if picture.mode == "P" else Image.frombytes("P", size, picture.tobytes())
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.NEAREST)
        small.putpalette(_palette(colours))
        small.info.clear()
        hidden = bytes(255 if colours.get(value) else 0 for value in range(_LEVELS))
        return MaskThumbnail(self._within_budget(small, "PNG", transparency=hidden), size, shares)

    def _decoded(self, uri: str) -> tuple[Image.Image, tuple[int, int]]:
        """The image, a JPEG not larger than needed, and the whole one's size."""
        content = read_image(self._store, uri)
        try:
            with catch_warnings():
                simplefilter("ignore")
                picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            size = picture.size
            _refuse_huge(size)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
        except ImageError:
            raise
        except Exception as error:  # Pillow raises whatever the damage provokes
            raise ImageError(f"the image does not decode ({error or type(error).__name__})") from error
        return picture, size

    def _within_budget(self, picture: Image.Image, kind: str, **options: object) -> str:
        out = io.BytesIO()
        picture.save(out, kind, **options)
        data = f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"
        if len(data) > self._left:
            return ""
        self._left -= len(data)
        return data


def _refuse_huge(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise ImageError(f"it has {size[0]} x {size[1]} pixels, which are too many to show")


def _palette(colours: Mapping[int, str]) -> list[int]:
    values = (colours.get(value) or "#000000" for value in range(_LEVELS))
    return [int(colour[at : at + 2], 16) for colour in values for at in (1, 3, 5)]
