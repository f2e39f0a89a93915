"""Read an image's header with a few ranged reads.

Not with Pillow: this skips colour profiles and thumbnails without fetching them, has no global state between
threads, raises one type of error and no warnings, and needs no decoder in the functions' bundle. The tests
compare it with Pillow.
"""

from groundtrain.images.errors import ImageError, TruncatedError
from groundtrain.images.jpeg import read_jpeg
from groundtrain.images.png import SIGNATURE, read_png
from groundtrain.images.ranges import Fetch, Window
from groundtrain.images.records import ImageFormat, ImageHeader

_MAGIC: tuple[tuple[int, bytes, ImageFormat], ...] = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, SIGNATURE, "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"MM\0+", "tiff"),
    (4, b"jP  \r\n", "jpeg2000"),
    (0, b"\xff\x4f\xff\x51", "jpeg2000"),
    (4, b"ftypavif", "avif"),
    (4, b"ftypavis", "avif"),
    (4, b"ftyphei", "heif"),
    (4, b"ftyphev", "heif"),
    (4, b"ftypmif1", "heif"),
    (0, b"\0\0\1\0", "ico"),
    (0, b"8BPS", "psd"),
    (6, b"\0\0\0\0", "bmp"),
)
_NEEDS_START = {"webp": b"RIFF", "bmp": b"BM"}  # formats whose magic bytes lie in two places
_EXTENSIONS: dict[ImageFormat, tuple[str, ...]] = {
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "tiff": ("tif", "tiff"),
    "jpeg2000": ("jp2", "j2k", "jpf", "jpx"),
    "heif": ("heic", "heif"),
}
_LOOKS_LIKE_TEXT = (b"<", b"{", b"[", b"%PDF")


def read_header(fetch: Fetch, size: int | None = None) -> ImageHeader:
    """Format, size, mode and orientation, from the first 16 KB and further ranges only for longer headers.

    Args:
        fetch: returns bytes by start and length.
        size: size of the whole file in bytes, if known; 0 is refused without a read.

    Raises:
        ImageError: empty, not an image, or truncated within the header.
    """
    window = Window(fetch)
    start = b"" if size == 0 else window.peek(0, 32)
    found = _recognise(start)
    if found == "jpeg":
        return read_jpeg(window)
    if found == "png":
        return read_png(window)
    return ImageHeader(found)


def extension_fits(uri: str, image_format: ImageFormat) -> bool:
    """Whether the file extension, in upper or lower case, fits the format; True when there is none."""
    name = uri.rpartition("/")[2]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return not extension or extension in _EXTENSIONS.get(image_format, (image_format,))


def _recognise(start: bytes) -> ImageFormat:
    for at, magic, image_format in _MAGIC:
        if start.startswith(magic, at) and start.startswith(_NEEDS_START.get(image_format, b"")):
            return image_format
    if start and any(not at and magic.startswith(start) for at, magic, _ in _MAGIC):
        raise TruncatedError(f"the file is truncated: it has only {len(start)} bytes")
    raise ImageError(_what_instead(start))


def _what_instead(start: bytes) -> str:
    if not start:
        return "the file is empty (0 bytes)"
    if start.lstrip().startswith(_LOOKS_LIKE_TEXT):
        return f"not an image but text or a document: it begins with {_quoted(start)}"
    return f"not an image of a known format: it begins with {_quoted(start)}"


def _quoted(start: bytes) -> str:
    return ascii(start[:12].decode("latin-1"))
