"""JPEG headers (ITU-T T.81, annex B): read three kinds of segments, skip all others."""

from collections.abc import Iterator

from msgspec.structs import replace

from groundtrain.images.byte_ranges import Window
from groundtrain.images.exif_orientation import read_orientation
from groundtrain.images.image_file import ImageError, ImageHeader

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start of frame; the three others are tables
_IN_ONE_SCAN = (0xC0, 0xC1)  # as a rule; if all channels are in the first
_END, _SCAN, _EXIF = 0xD9, 0xDA, 0xE1
_WITHOUT_LENGTH = frozenset([0x01, *range(0xD0, 0xD9)])
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_MOST_SEGMENTS = 10_000
_MOST_PADDING = 1024


def read_jpeg(window: Window) -> ImageHeader:
    """Read up to the first scan.

    Raises:
        ImageError: the file ends before that, or its segments are invalid.
    """
    frame, orientation, several, end = b"", 1, False, 0
    for marker, start, length in _segments(window):
        if marker in _FRAMES and not frame:
            frame, several = _frame(window, start), marker not in _IN_ONE_SCAN
        elif marker == _EXIF and orientation == 1:
            orientation = _orientation(window, start, length)
        elif marker == _SCAN and frame:
            several = several or window.peek(start, 1) < frame[5:6]
        end = start + length
    header = _header(frame, orientation, end)
    return replace(header, kept_values=_values(frame, header)) if several else header


def _frame(window: Window, start: int) -> bytes:
    size = window.read(start, 6)
    return size + window.peek(start + 6, 3 * size[5])


def _values(frame: bytes, header: ImageHeader) -> int:
    """Numbers that its channels have, each made of blocks of 64, more of them for one that is finer."""
    factors = [(each >> 4 or 1, each & 0xF or 1) for each in frame[7::3]]
    across = -(-header.width // (8 * max((across for across, _ in factors), default=1)))
    down = -(-header.height // (8 * max((down for _, down in factors), default=1)))
    return 64 * across * down * sum(across * down for across, down in factors)


def _header(frame: bytes, orientation: int, end: int) -> ImageHeader:
    if not frame:
        raise ImageError("the JPEG header has no frame, so no width and height")
    channels = frame[5]
    width, height = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
    if channels not in _MODES or not width or not height:
        raise ImageError(
            f"the JPEG header says {width}x{height} with {channels} channels, which is no picture"
        )
    return ImageHeader(
        format="jpeg",
        width=width,
        height=height,
        mode=_MODES[channels],
        channels=channels,
        bit_depth=frame[0],
        orientation=orientation,
        pixels_at=end,
    )


def _segments(window: Window) -> Iterator[tuple[int, int, int]]:
    """Marker, offset and length of each segment's content, up to and including the first start of scan."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        marker, at = _next_marker(window, at)
        if marker in _WITHOUT_LENGTH:
            continue
        if marker == _END:
            raise ImageError("the JPEG ends before any picture begins")
        length = int.from_bytes(window.read(at, 2), "big")
        if length < 2:
            raise ImageError(f"the JPEG header is damaged at byte {at:,}: a segment of {length} bytes")
        if marker == _SCAN:
            window.read(at, length)
        yield marker, at + 2, length - 2
        if marker == _SCAN:
            return
        at += length
    raise ImageError(f"the JPEG header has more than {_MOST_SEGMENTS:,} segments")


def _next_marker(window: Window, at: int) -> tuple[int, int]:
    """Code of the marker at `at`, after any padding, and the byte that follows it."""
    plain = window.peek(at, 2)
    if plain[:1] == b"\xff" and plain[1:] not in (b"", b"\0", b"\xff"):
        return plain[1], at + 2
    padded = window.peek(at, _MOST_PADDING)
    marked = padded.lstrip(b"\0")
    code = marked.lstrip(b"\xff")
    if padded and marked and not marked.startswith(b"\xff"):
        raise ImageError(f"the JPEG header is damaged at byte {at:,}: no marker where one must be")
    if not code:
        window.read(at, _MOST_PADDING)  # says where the file ends
        raise ImageError(f"the JPEG header is damaged at byte {at:,}: nothing but padding")
    return code[0], at + len(padded) - len(code) + 1


def _orientation(window: Window, start: int, length: int) -> int:
    if length < 6 or window.read(start, 6) != b"Exif\0\0":
        return 1
    return read_orientation(window, start + 6, length - 6)
