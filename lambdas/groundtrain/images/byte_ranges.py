"""Read bytes of a file by offset, with few range requests."""

from collections.abc import Callable

from groundtrain.images.image_file import ImageError, TruncatedError

Fetch = Callable[[int, int], bytes]
"""`fetch(start, length)` returns these bytes; fewer only at the end of the file."""

FIRST_READ = 16 * 1024  # holds size and orientation of nearly every photo
LARGEST_READ = 1024 * 1024
MOST_READS = 16


def fetch_from(content: bytes) -> Fetch:
    """`Fetch` of a file whose bytes are all here."""
    return lambda start, length: content[start : start + length]


class Window:
    """A buffered range of the file, moved on demand; each further range is twice as long."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._start = 0
        self._data = b""
        self._ended = False
        self._reads = 0

    def peek(self, start: int, length: int) -> bytes:
        """Up to `length` bytes; fewer at the end of the file.

        Raises:
            ImageError: the header is longer than 16 ranges (some 10 MB).
        """
        if not self._holds(start, length):
            self._move(start, length)
        offset = start - self._start
        return self._data[offset : offset + length]

    def read(self, start: int, length: int) -> bytes:
        """Exactly `length` bytes.

        Raises:
            TruncatedError: the file ends before that.
        """
        data = self.peek(start, length)
        if len(data) < length:
            raise TruncatedError(
                f"the file is truncated: it ends inside the header, at byte {start + len(data):,}"
            )
        return data

    def _holds(self, start: int, length: int) -> bool:
        end = self._start + len(self._data)
        return self._start <= start and (self._ended or start + length <= end)

    def _move(self, start: int, length: int) -> None:
        if self._reads == MOST_READS:
            raise ImageError(f"no picture begins within the first {start:,} bytes")
        wanted = max(length, min(FIRST_READ << self._reads, LARGEST_READ))
        self._data = self._fetch(start, wanted)
        self._ended = len(self._data) < wanted
        self._start = start
        self._reads += 1
