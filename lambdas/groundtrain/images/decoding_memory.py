"""How much memory decoding an image takes, by its header, and threads that share what there is.

A few KB can declare pixels that fill any memory, so it is asked for before anything is decoded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from groundtrain.images.image_file import LARGEST_IMAGE, MOST_PIXELS, ImageHeader

MOST_DECODING_MEMORY = 256 << 20
"""Bytes, for all images that are decoded at once. Of its three bytes a pixel Pillow calls no more than that
safe ("around a quarter gigabyte", `Image.MAX_IMAGE_PIXELS`)."""

BOMB_PIXELS = 2 * (1024 * 1024 * 1024 // 4 // 3)
"""Pixels above which Pillow raises DecompressionBombError, twice its MAX_IMAGE_PIXELS of 89,478,485."""

_ROWS = 32  # of a JPEG that are decoded together, at the most
_MMAP_THRESHOLD = -3
_FILES = 2 * LARGEST_IMAGE


def decoding_memory(header: ImageHeader) -> int:
    """Bytes that Pillow takes to decode a JPEG to an eighth of its size, or a PNG."""
    if header.format == "jpeg":
        rows = 4 * _ROWS * header.width
        return 2 * header.kept_values + header.pixels // 16 + rows
    if header.mode not in ("P", "L"):
        return 4 * header.pixels
    return header.pixels * (2 if header.bit_depth > 8 else 1)


def is_too_large_to_decode(header: ImageHeader) -> bool:
    """Whether its pixels are more than anyone looks at, or take more memory than there is for all images."""
    return header.pixels > MOST_PIXELS or decoding_memory(header) > MOST_DECODING_MEMORY


def give_back_large_memory() -> None:
    """Let glibc return what was freed to the system: by default it keeps up to 64 MiB for each thread.

    For a command's own process, since it cannot be taken back; `mallopt(3)`, M_MMAP_THRESHOLD.
    """
    from ctypes import CDLL  # for a program that decodes images

    set_option = getattr(CDLL(None), "mallopt", None)  # other C libraries have none
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, 1 << 20)


class SharedMemory:
    """Memory that threads share; whoever wants more than is left waits for others."""

    def __init__(self, size: int) -> None:
        self._left, self._size, self._change = size, size, Condition()

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """So many bytes, all of them where it is more than there are."""
        size = min(size, self._size)
        with self._change:
            self._change.wait_for(lambda: self._left >= size)
            self._left -= size
        try:
            yield
        finally:
            with self._change:
                self._left += size
                self._change.notify_all()


class DecodingMemory:
    """What all images that are decoded at once may take.

    Attributes:
        files: for their bytes, asked for first, so that no two threads wait for each other.
        pictures: for what decoding takes.
    """

    def __init__(self) -> None:
        self.files, self.pictures = SharedMemory(_FILES), SharedMemory(MOST_DECODING_MEMORY)
