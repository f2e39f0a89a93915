"""Read an image's header with a few ranged reads, and find truncated files by their missing end marker.

A truncated upload still has a valid header.

Not with Pillow: this skips colour profiles and thumbnails without fetching them, has no global state between
threads, raises one type of error and no warnings, and needs no decoder in the functions' bundle. The tests
compare it with Pillow.
"""

from groundtrain.images.byte_ranges import Fetch, Window
from groundtrain.images.image_file import ImageError, ImageFormat, ImageHeader, TruncatedError
from groundtrain.images.jpeg_header import read_jpeg
from groundtrain.images.png_header import SIGNATURE, read_png

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
_MARKERS = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
_TAILS = (2 * 1024, 1024 * 1024)  # the second for what cameras append: previews, depth maps, short films
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


def refuse_truncated(fetch: Fetch, size: int, header: ImageHeader) -> None:
    """Check that the file has its end marker.

    Raises:
        TruncatedError: it has none.
    """
    if not has_end_marker(fetch, size, header):
        raise TruncatedError(
            f"the file is truncated: its {size:,} bytes have no end marker", fix="upload it again"
        )


def has_end_marker(fetch: Fetch, size: int, header: ImageHeader) -> bool:
    """Whether the end marker follows the header, within the last 2 KB or else the last 1 MB of the file.

    False nearly always means a truncated file. The exception is a file to which a camera appended more than
    1 MB; only a full decode tells. True for formats other than JPEG and PNG, which are not checked.
    """
    marker = _MARKERS.get(header.format)
    return marker is None or any(marker in _tail(fetch, size, header, length) for length in _TAILS)


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


def _tail(fetch: Fetch, size: int, header: ImageHeader, length: int) -> bytes:
    start = max(header.pixels_at, size - length)  # a thumbnail in the header has an end marker of its own
    return fetch(start, size - start) if start < size else b""
