"""A cut-off upload keeps its header; only the last bytes show it."""

from groundtrain.images.errors import TruncatedError
from groundtrain.images.ranges import Fetch
from groundtrain.images.records import ImageHeader

_MARKERS = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
_TAILS = (2 * 1024, 1024 * 1024)  # the second for what cameras append: previews, depth maps, short films


def refuse_truncated(fetch: Fetch, size: int, header: ImageHeader) -> None:
    """Look for the end marker.

    Raises:
        TruncatedError: it is not there.
    """
    if not has_end_marker(fetch, size, header):
        raise TruncatedError(
            f"the file is truncated: its {size:,} bytes have no end marker", fix="upload it again"
        )


def has_end_marker(fetch: Fetch, size: int, header: ImageHeader) -> bool:
    """Whether the end marker stands behind the header, in the last 2 KB or else in the last 1 MB.

    False nearly always means a truncated file; the exception is more than 1 MB appended by a camera, which a
    full decode tells apart. Formats other than JPEG and PNG are not looked at: True.
    """
    marker = _MARKERS.get(header.format)
    return marker is None or any(marker in _tail(fetch, size, header, length) for length in _TAILS)


def _tail(fetch: Fetch, size: int, header: ImageHeader, length: int) -> bytes:
    start = max(header.pixels_at, size - length)  # a thumbnail in the header has an end marker of its own
    return fetch(start, size - start) if start < size else b""
