"""Find truncated files by their missing end marker: a truncated upload still has a valid header."""

from groundtrain.images.errors import TruncatedError
from groundtrain.images.ranges import Fetch
from groundtrain.images.records import ImageHeader

_MARKERS = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
_TAILS = (2 * 1024, 1024 * 1024)  # the second for what cameras append: previews, depth maps, short films


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


def _tail(fetch: Fetch, size: int, header: ImageHeader, length: int) -> bytes:
    start = max(header.pixels_at, size - length)  # a thumbnail in the header has an end marker of its own
    return fetch(start, size - start) if start < size else b""
