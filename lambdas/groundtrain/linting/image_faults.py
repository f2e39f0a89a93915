"""GT6: what is wrong with an image or a mask, given what was read of it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from groundtrain.images.errors import ImageError, TruncatedError
from groundtrain.images.header import extension_fits
from groundtrain.images.limits import LARGEST_IMAGE, MOST_PIXELS
from groundtrain.images.records import ImageHeader, StoredObject
from groundtrain.quantities import first_few, quantity

if TYPE_CHECKING:
    from groundtrain.images.mask import MaskFacts

_UNLABELED = 255
_SHOWN = 8


class Fault(NamedTuple):
    """A rule's code and what was seen."""

    code: str
    message: str


class Subject(Struct, frozen=True, gc=False):
    """What a line says of its image, and of its mask when it has one.

    Attributes:
        size: width and height of the image in pixels, None where the label does not state them.
        mask: address of the mask, "" without one.
        colours: by value of the mask's pixels "#rrggbb", or "" where the colour map has none.
        has_boxes: whether the labels are bounding boxes.
    """

    line: int
    source: str
    size: tuple[int, int] | None = None
    mask: str = ""
    colours: Mapping[int, str] = {}
    has_boxes: bool = False


def find_object_faults(stored: StoredObject) -> Iterator[Fault]:
    """Faults that the file size shows."""
    if stored.size > LARGEST_IMAGE:
        yield Fault("GT610", f"the file has {stored.size:,} bytes")


def unreadable(error: ImageError) -> Fault:
    """The fault of an image that could not be read."""
    return Fault("GT603" if isinstance(error, TruncatedError) else "GT602", error.message)


def find_image_faults(subject: Subject, header: ImageHeader) -> Iterator[Fault]:
    """Faults that the header of an image shows, compared with the line."""
    if not extension_fits(subject.source, header.format):
        yield Fault("GT605", f"a {header.format.upper()} file by another name")
    if not header.mode:
        yield Fault("GT604", f"the image is a {header.format.upper()}")
        return
    yield from _size_faults(subject.size, header)
    if subject.has_boxes and header.mode != "P" and (header.channels, header.bit_depth) != (3, 8):
        channels = quantity(header.channels, "channel")
        yield Fault("GT609", f"{header.mode}: {channels} of {header.bit_depth} bits")
    if header.pixels > MOST_PIXELS:
        yield Fault("GT610", f"the image has {_pixels((header.width, header.height))}")
    if header.animated:
        yield Fault("GT611", "the file has several frames")


def _size_faults(stated: tuple[int, int] | None, header: ImageHeader) -> Iterator[Fault]:
    stored = header.width, header.height
    if stated is not None and stated != stored:
        turned = stated == header.shown_size
        yield Fault(
            "GT607" if turned else "GT608",
            f"the label says {_pixels(stated)}, the file has {_pixels(stored)}",
        )
    elif header.orientation != 1:
        yield Fault("GT606", f"EXIF orientation {header.orientation}")


def unusable_mask(error: ImageError) -> Fault:
    """The fault of a mask that could not be read."""
    return Fault("GT621", error.message)


def find_mask_faults(mask: ImageHeader, image: ImageHeader | None) -> Iterator[Fault]:
    """Faults that the header of a mask shows, compared with its image if that is known."""
    if mask.format != "png":
        yield Fault("GT621", f"the mask is a {mask.format.upper()}, whose pixels are no exact values")
        return
    if mask.mode not in ("P", "L") or mask.bit_depth > 8:
        channels = quantity(mask.channels, "channel")
        yield Fault("GT622", f"{mask.mode}: {channels} of {mask.bit_depth} bits")
    if image is not None and image.mode and (mask.width, mask.height) != (image.width, image.height):
        sizes = _pixels((mask.width, mask.height)), _pixels((image.width, image.height))
        yield Fault("GT623", f"the mask has {sizes[0]}, its image {sizes[1]}")


def find_value_faults(mask: "MaskFacts", colours: Mapping[int, str]) -> Iterator[Fault]:
    """Faults that the pixels of a mask show, compared with the line's colour map; 255 means unlabeled."""
    unknown = [value for value in mask.values if value not in colours and value != _UNLABELED]
    if unknown and colours:
        known = first_few(sorted(colours), _SHOWN)
        yield Fault("GT624", f"values {first_few(unknown, _SHOWN)} are not in the colour map ({known})")
    for value in mask.values:
        wanted = colours.get(value, "").lower()
        if wanted and value < len(mask.palette) and mask.palette[value] != wanted:
            yield Fault("GT625", f"value {value} is {mask.palette[value]} in the mask, {wanted} in the map")
            return


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} pixels"
