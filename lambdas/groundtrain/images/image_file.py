"""What is known of an image file, from a listing, a range or its header; why it is of no use; its limits."""

from typing import Literal

from msgspec import Struct

from groundtrain.errors import GroundtrainError

LARGEST_IMAGE = 40 * 1024 * 1024
"""Bytes of a file (Ground Truth Developer Guide, "Input File Size Quota")."""

MOST_PIXELS = 100_000_000
"""Width times height of an image that workers can be shown (ibidem)."""

ImageFormat = Literal["jpeg", "png", "gif", "webp", "bmp", "tiff", "jpeg2000", "heif", "avif", "ico", "psd"]


class ImageError(GroundtrainError):
    """One image cannot be used; the message says why, whoever reports it names the line and the source."""

    exit_code = 1


class TruncatedError(ImageError):
    """The file ends before the image does."""


class StoredObject(Struct, frozen=True):
    """What a listing says of an object.

    Attributes:
        size: bytes.
        etag: equal for equal content uploaded in one part; "" for local files, where it would cost a read.
    """

    size: int
    etag: str = ""


class Part(Struct, frozen=True):
    """Some bytes of an object, and size and ETag of the whole from the same response."""

    data: bytes
    whole: StoredObject


class ImageHeader(Struct, frozen=True):
    """What the header of an image says.

    Attributes:
        format: by the magic bytes, whatever the file extension; only "jpeg" and "png" are read further, for
            others all numbers are 0 and the mode is "".
        width: stored columns, before any rotation.
        height: stored rows.
        mode: "L", "LA", "P", "RGB", "RGBA" or "CMYK", whatever the bit depth.
        bit_depth: bits of one sample, 1 to 16; of the index when the mode is "P".
        orientation: EXIF, 1 (upright) to 8; 1 when it is missing.
        animated: more than one frame (APNG).
        kept_values: numbers that a decoder keeps until the last scan of a JPEG that has several.
        pixels_at: offset at which the header ends, in bytes.
        content: equal for equal files; "" unless the whole file was read.
    """

    format: ImageFormat
    width: int = 0
    height: int = 0
    mode: str = ""
    channels: int = 0
    bit_depth: int = 0
    orientation: int = 1
    animated: bool = False
    kept_values: int = 0
    pixels_at: int = 0
    content: str = ""

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as a browser shows them: swapped when EXIF turns the image by a quarter."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)
