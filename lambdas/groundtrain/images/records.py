"""What is known of an image, by how far one had to look."""

from typing import Literal

from msgspec import Struct

ImageFormat = Literal["jpeg", "png", "gif", "webp", "bmp", "tiff", "jpeg2000", "heif", "avif", "ico", "psd"]


class StoredObject(Struct, frozen=True):
    """What a listing says.

    Attributes:
        size: bytes.
        etag: equal for equal content written in one part; "" where it would cost a read (a local directory).
    """

    size: int
    etag: str = ""


class Part(Struct, frozen=True):
    """Some bytes of an object, fewer than asked at its end, and what the same answer says of the whole."""

    data: bytes
    whole: StoredObject


class ImageHeader(Struct, frozen=True):
    """What the first bytes of an image say.

    Attributes:
        format: by the magic bytes, whatever the name's extension; only "jpeg" and "png" are read further,
            the others have 0 for every number and "" for the mode.
        width: stored columns, before any rotation.
        height: stored rows.
        mode: "L", "LA", "P", "RGB", "RGBA" or "CMYK", whatever the bit depth.
        bit_depth: bits of one sample, 1 to 16; of the index when the mode is "P".
        orientation: EXIF, 1 (upright) to 8; 1 when nothing is said.
        animated: more than one frame (APNG).
        pixels_at: byte at which the header ends.
    """

    format: ImageFormat
    width: int = 0
    height: int = 0
    mode: str = ""
    channels: int = 0
    bit_depth: int = 0
    orientation: int = 1
    animated: bool = False
    pixels_at: int = 0

    @property
    def pixels(self) -> int:
        """Rows times columns."""
        return self.width * self.height

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as a browser shows them: swapped when EXIF turns the image by a quarter."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)
