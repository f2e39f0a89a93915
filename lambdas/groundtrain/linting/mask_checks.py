"""GT62: what is wrong with a mask, given what was read of it and its image, and the line's colour map.

The findings are on the mask as a whole; the caller adds line and attribute.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundtrain.images.image_file import ImageError, ImageHeader
from groundtrain.linting.image_checks import in_pixels
from groundtrain.quantities import first_few, quantity
from groundtrain.rules.findings import Finding

if TYPE_CHECKING:
    from groundtrain.images.pixels import MaskFacts

_UNLABELED = 255
_SHOWN = 8


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
        sizes = in_pixels((mask.width, mask.height)), in_pixels((image.width, image.height))
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
