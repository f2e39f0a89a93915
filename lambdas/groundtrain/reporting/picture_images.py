"""Images under the labels of pictures, and why there is none."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from groundtrain.images.image_file import ImageError
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.printable_text import printable_start
from groundtrain.reporting.choice import Chosen
from groundtrain.reporting.pictures import MaskThumbnail, Picture, Thumbnail, Thumbnails, drawn_of

_REASON = 120
_NOT_LOOKED_FOR = "no folder of images was named"


def illustrated(
    pictures: Sequence[Picture],
    chosen: Sequence[Chosen],
    label_type: LabelType,
    thumbnails: Thumbnails | None,
    shares: dict[str, list[float]],
) -> Iterator[Picture]:
    """The pictures with images; `shares` gets the share of each class in the masks that were read."""
    for picture, one in zip(pictures, chosen, strict=True):
        found, missing = None, ""
        if picture.pieces is None:
            found, missing = image_of(one.seen.source, picture.size, thumbnails)
        mask = _mask(one, label_type, thumbnails, shares)
        yield replace(
            picture,
            size=picture.size or (found.size if found else None) or (mask.size if mask else None),
            image=found.data if found else "",
            missing=missing,
            mask=mask.data if mask else "",
        )


def image_of(
    source: str, stated: tuple[int, int] | None, thumbnails: Thumbnails | None
) -> tuple[Thumbnail | None, str]:
    """The image at an address, or why it is not shown; `stated` is its size by the label."""
    if thumbnails is None:
        return None, _NOT_LOOKED_FOR
    if not source:
        return None, "the line names no image"
    try:
        found = thumbnails.of_image(source, stated)
    except ImageError as error:
        return None, printable_start(error.message, _REASON)
    return found, "" if found.data else "left out: the page is large enough"


def _mask(
    one: Chosen, label_type: LabelType, thumbnails: Thumbnails | None, shares: dict[str, list[float]]
) -> MaskThumbnail | None:
    if thumbnails is None or label_type.mask_colours is None:
        return None
    drawn = drawn_of(one, label_type)
    if not drawn.mask:
        return None
    try:
        mask = thumbnails.of_mask(drawn.mask, {value: colour for value, (colour, _) in drawn.colours.items()})
    except ImageError:
        return None
    for value, (_, name) in drawn.colours.items():
        shares.setdefault(name, []).append(mask.shares.get(value, 0.0))
    return mask
