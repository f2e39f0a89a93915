"""PNG headers (W3C PNG, third edition): the first chunk, and a few of those before the pixels."""

from collections.abc import Iterator

from groundtrain.images.byte_ranges import Window
from groundtrain.images.exif_orientation import read_orientation
from groundtrain.images.image_file import ImageError, ImageHeader

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MODES = {0: ("L", 1), 2: ("RGB", 3), 3: ("P", 1), 4: ("LA", 2), 6: ("RGBA", 4)}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_MOST_CHUNKS = 10_000


def read_png(window: Window) -> ImageHeader:
    """Read up to the first pixels.

    Raises:
        ImageError: the file ends before that, or its first chunk is invalid.
    """
    first = window.read(len(SIGNATURE), 25)
    if first[:8] != b"\0\0\0\x0dIHDR":
        raise ImageError("the PNG header is damaged: its first chunk is not IHDR")
    orientation, animated, end = 1, False, 0
    for kind, start, length in _chunks(window):
        if kind == b"eXIf":
            orientation = read_orientation(window, start, length)
        elif kind == b"acTL" and length >= 4:
            animated = int.from_bytes(window.read(start, 4), "big") > 1
        end = start
    return _header(first[8:18], orientation, animated, end)


def _header(sizes: bytes, orientation: int, animated: bool, end: int) -> ImageHeader:
    width, height = int.from_bytes(sizes[:4], "big"), int.from_bytes(sizes[4:8], "big")
    depth, colour = sizes[8], sizes[9]
    if not width or not height or depth not in _DEPTHS.get(colour, ()):
        raise ImageError(
            f"the PNG header says {width}x{height}, colour type {colour}, {depth} bits, which is no picture"
        )
    mode, channels = _MODES[colour]
    return ImageHeader(
        format="png",
        width=width,
        height=height,
        mode=mode,
        channels=channels,
        bit_depth=depth,
        orientation=orientation,
        animated=animated,
        pixels_at=end,
    )


def _chunks(window: Window) -> Iterator[tuple[bytes, int, int]]:
    """Type, offset and length of each chunk's content after IHDR, up to and including the first IDAT."""
    at = len(SIGNATURE) + 25
    for _ in range(_MOST_CHUNKS):
        head = window.read(at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IEND":
            raise ImageError("the PNG ends before any pixels begin")
        yield kind, at + 8, length
        if kind == b"IDAT":
            return
        at += length + 12
    raise ImageError(f"the PNG header has more than {_MOST_CHUNKS:,} chunks")
