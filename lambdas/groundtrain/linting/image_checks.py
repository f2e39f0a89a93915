"""GT60 and GT61: what is wrong with an image, given what was read of it.

The findings are on the image as a whole; the caller adds line and attribute. How Ground Truth's
workers and the built-in algorithms turn an image by its EXIF orientation is not confirmed (C19).
"""

from collections.abc import Iterator

from groundtrain.images.decoding_memory import (
    BOMB_PIXELS,
    MOST_DECODING_MEMORY,
    decoding_memory,
    is_too_large_to_decode,
)
from groundtrain.images.header import extension_fits
from groundtrain.images.image_file import (
    LARGEST_IMAGE,
    MOST_PIXELS,
    ImageError,
    ImageHeader,
    StoredObject,
    TruncatedError,
)
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding


def check_stored_object(stored: StoredObject) -> Iterator[Finding]:
    """What the file size shows."""
    if stored.size > LARGEST_IMAGE:
        yield Finding.unplaced("GT610", f"the file has {stored.size:,} bytes")


def unreadable_image(error: ImageError) -> Finding:
    """The finding on an image that could not be read."""
    return Finding.unplaced("GT603" if isinstance(error, TruncatedError) else "GT602", error.message)


def check_image(image: LabeledImage, header: ImageHeader) -> Iterator[Finding]:
    """What the header of an image shows, compared with the line."""
    if not extension_fits(image.source, header.format):
        yield Finding.unplaced("GT605", f"a {header.format.upper()} file by another name")
    if not header.mode:
        yield Finding.unplaced("GT604", f"the image is a {header.format.upper()}")
        return
    yield from _check_size(image.size, header)
    if image.has_boxes and header.mode != "P" and (header.channels, header.bit_depth) != (3, 8):
        channels = quantity(header.channels, "channel")
        yield Finding.unplaced("GT609", f"{header.mode}: {channels} of {header.bit_depth} bits")
    yield from _check_decoding(header)
    if header.animated:
        yield Finding.unplaced("GT611", "the file has several frames")


def _check_decoding(header: ImageHeader) -> Iterator[Finding]:
    size = in_pixels((header.width, header.height))
    if header.pixels > BOMB_PIXELS:
        yield Finding.unplaced("GT613", f"the header says {size}, more than {BOMB_PIXELS:,} in all")
    elif header.pixels > MOST_PIXELS:
        yield Finding.unplaced("GT610", f"the image has {size}")
    elif is_too_large_to_decode(header):
        most = f"more than {MOST_DECODING_MEMORY:,}, so its pixels are not looked at"
        yield Finding.unplaced("GT610", f"decoding it takes {decoding_memory(header):,} bytes, {most}")


def _check_size(stated: tuple[int, int] | None, header: ImageHeader) -> Iterator[Finding]:
    stored = header.width, header.height
    if stated is not None and stated != stored:
        transposed = stated == header.shown_size
        yield Finding.unplaced(
            "GT607" if transposed else "GT608",
            f"the label says {in_pixels(stated)}, the file has {in_pixels(stored)}",
        )
    elif header.orientation != 1:
        yield Finding.unplaced("GT606", f"EXIF orientation {header.orientation}")


def in_pixels(size: tuple[int, int]) -> str:
    """Width and height, for messages."""
    return f"{size[0]} x {size[1]} pixels"
