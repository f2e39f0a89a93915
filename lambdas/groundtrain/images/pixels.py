"""Check every byte of an image or a mask."""

from hashlib import sha256

from msgspec.structs import replace

from groundtrain.images.access import ImageStore, read_image
from groundtrain.images.decode import decode_image
from groundtrain.images.end_marker import refuse_truncated
from groundtrain.images.header import read_header
from groundtrain.images.limits import MOST_PIXELS
from groundtrain.images.mask import MaskFacts, read_mask
from groundtrain.images.ranges import Fetch
from groundtrain.images.records import ImageHeader

_DECODED = ("jpeg", "png")


def look_at_pixels(store: ImageStore, uri: str) -> ImageHeader:
    """Header and content of one image, decoded if it is a JPEG or PNG of at most `MOST_PIXELS`.

    Raises:
        ImageError: missing, empty, not an image, truncated, or damaged.
    """
    content = read_image(store, uri)
    header = _whole_header(content)
    if header.format in _DECODED and header.pixels <= MOST_PIXELS:
        decode_image(content)
    return replace(header, content=sha256(content).hexdigest())


def look_at_mask(store: ImageStore, uri: str) -> MaskFacts:
    """Header, values and palette of one mask.

    Raises:
        ImageError: missing, empty, not a PNG, truncated, or damaged.
    """
    content = read_image(store, uri)
    _whole_header(content)
    return read_mask(content)


def _whole_header(content: bytes) -> ImageHeader:
    fetch = _fetch_from(content)
    header = read_header(fetch, len(content))
    refuse_truncated(fetch, len(content), header)
    return header


def _fetch_from(content: bytes) -> Fetch:
    return lambda start, length: content[start : start + length]
