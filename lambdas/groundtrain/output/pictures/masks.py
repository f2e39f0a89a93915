"""A mask over its image: each class in its colour, translucent, with a legend of classes and their shares."""

from collections.abc import Mapping

from msgspec import Struct
from PIL import Image

from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import read_image
from groundtrain.output.pictures.colours import FAULT_INK, class_colour
from groundtrain.output.pictures.image_view import View, view_of
from groundtrain.output.pictures.legend import Entry
from groundtrain.output.pictures.scaled_image import ScaledImage, read_mask_values
from groundtrain.output.pictures.shapes import Drawing, Pixels
from groundtrain.output.pictures.subject import Canvas, Subject

_OPACITY, _BACKGROUND_OPACITY = 150, 40  # of 255
_UNLABELED = 255
_COLOUR_LENGTH = 7


class MaskDrawing(Struct, frozen=True):
    """The picture, its legend, and what is to be said of files that could not be read."""

    drawing: Drawing
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


def draw_mask(subject: Subject, canvas: Canvas) -> MaskDrawing:
    """The image under its mask; colours are those of the label's colour map, where it has any."""
    view = view_of(subject, canvas)
    assert subject.label_type.mask_colours is not None  # it is a label type with masks
    colours = _told_apart(subject.label_type.mask_colours(subject.record))
    mask = _read(subject.record.label, canvas)
    notes = tuple(filter(None, (view.note, mask if isinstance(mask, str) else "")))
    if isinstance(mask, str):
        entries = (_entry(subject, value, colours, "") for value in sorted(colours))
        return MaskDrawing(view.drawn(), tuple(entries), notes)
    if mask.pixels.mode != "L":
        return MaskDrawing(view.drawn(_over(mask.pixels, view)), (), (*notes, "the mask in its own colours"))
    counts, pixels = mask.pixels.histogram(), mask.pixels.width * mask.pixels.height
    shares = {value: count / pixels for value, count in enumerate(counts) if count}
    entries = (_entry(subject, value, colours, f"{share:.1%}") for value, share in sorted(shares.items()))
    absent = (_entry(subject, value, colours, "nowhere") for value in sorted(colours.keys() - shares.keys()))
    coloured = _coloured(mask.pixels, subject, colours)
    return MaskDrawing(view.drawn(_over(coloured, view)), (*entries, *absent), notes)


def _read(address: str, canvas: Canvas) -> ScaledImage | str:
    if canvas.store is None:
        return f"no mask: {address} was not read (--image-dir)"
    try:
        return read_mask_values(read_image(canvas.store, address), canvas.longest)
    except ImageError as error:
        return f"no mask: {error.message}"


def _told_apart(colours: Mapping[int, str]) -> dict[int, str]:
    """The colours of the map; those of our own where they are no colours, or two classes have the same."""
    valid = [colour for colour in colours.values() if _is_colour(colour)]
    if len(set(valid)) == len(colours):
        return dict(colours)
    return {value: class_colour(value) for value in colours}


def _is_colour(text: str) -> bool:
    digits = text[1:]
    return (
        len(text) == _COLOUR_LENGTH and text[0] == "#" and all(each in "0123456789abcdef" for each in digits)
    )


def _entry(subject: Subject, value: int, colours: Mapping[int, str], share: str) -> Entry:
    if value in colours:
        return Entry(colours[value], f"{subject.name_of(value)} {share}".strip())
    if value == _UNLABELED:
        return Entry("#ffffff", f"unlabeled {share}")
    return Entry(FAULT_INK, f"value {value}: no class {share}")


def _is_background(subject: Subject, value: int) -> bool:
    return subject.name_of(value).upper() == subject.label_type.background.upper()


def _coloured(values: Image.Image, subject: Subject, colours: Mapping[int, str]) -> Image.Image:
    """The values in their colours, what is background or unlabeled nearly transparent."""
    palette, opacity = list[int](), list[int]()
    for value in range(256):
        colour = colours.get(value, "#ffffff" if value == _UNLABELED else FAULT_INK)
        palette += [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        is_plain = value in colours and _is_background(subject, value)
        opacity.append(0 if value == _UNLABELED else _BACKGROUND_OPACITY if is_plain else _OPACITY)
    indexed = values.copy()
    indexed.putpalette(palette)
    coloured = indexed.convert("RGB")
    coloured.putalpha(values.point(opacity))
    return coloured


def _over(mask: Image.Image, view: View) -> Pixels:
    if mask.mode != "RGBA":
        mask = mask.convert("RGB")
        mask.putalpha(_OPACITY)
    return Pixels(view.left, view.top, mask.resize(view.pixels, Image.Resampling.NEAREST))
