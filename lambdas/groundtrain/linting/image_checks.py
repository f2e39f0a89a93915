"""GT6: what is wrong with an image or a mask, given what was read of it.

The findings are on the image or mask as a whole; the caller adds line and attribute. How Ground Truth's
workers and the built-in algorithms turn an image by its EXIF orientation is not confirmed (C19).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

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
from groundtrain.quantities import first_few, quantity
from groundtrain.rules.findings import Finding

if TYPE_CHECKING:
    from groundtrain.images.pixels import MaskFacts

_UNLABELED = 255
_SHOWN = 8


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
    size = _pixels((header.width, header.height))
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
            f"the label says {_pixels(stated)}, the file has {_pixels(stored)}",
        )
    elif header.orientation != 1:
        yield Finding.unplaced("GT606", f"EXIF orientation {header.orientation}")


def unreadable_mask(error: ImageError) -> Finding:
    """The finding on a mask that could not be read."""
    return Finding.unplaced("GT621", error.message)


def check_mask(mask: ImageHeader, image: ImageHeader | None) -> Iterator[Finding]:
    """What the header of a mask shows, compared with its image if that is known."""
    if mask.format != "png":
        yield Finding.unplaced(
            "GT621", f"the mask is a {mask.format.upper()}, whose pixels are no exact values"
        )
        return
    if mask.mode not in ("P", "L") or mask.bit_depth > 8:
        channels = quantity(mask.channels, "channel")
        yield Finding.unplaced("GT622", f"{mask.mode}: {channels} of {mask.bit_depth} bits")
    if image is not None and image.mode and (mask.width, mask.height) != (image.width, image.height):
        sizes = _pixels((mask.width, mask.height)), _pixels((image.width, image.height))
        yield Finding.unplaced("GT623", f"the mask has {sizes[0]}, its image {sizes[1]}")


def check_mask_values(mask: "MaskFacts", colours: Mapping[int, str]) -> Iterator[Finding]:
    """What the pixels of a mask show, compared with the line's colour map; 255 means unlabeled."""
    unknown = [value for value in mask.values if value not in colours and value != _UNLABELED]
    if unknown and colours:
        known = first_few(sorted(colours), _SHOWN)
        yield Finding.unplaced(
            "GT624", f"values {first_few(unknown, _SHOWN)} are not in the colour map ({known})"
        )
    for value in mask.values:
        wanted = colours.get(value, "").lower()
        if wanted and value < len(mask.palette) and mask.palette[value] != wanted:
            yield Finding.unplaced(
                "GT625", f"value {value} is {mask.palette[value]} in the mask, {wanted} in the map"
            )
            return


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} pixels"
