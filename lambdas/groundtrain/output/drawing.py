"""Draw a record of a manifest: its image with the boxes on it."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont, UnidentifiedImageError

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.output_files import replaced_file
from groundtrain.printable_text import printable
from groundtrain.quantities import quantity

_LONGEST_SIDE = 1600
_SMALLEST_TEXT, _MARGIN = 14, 3  # pixels
_LONGEST_NAME = 500  # characters, more than fit
_COLOURS = (  # the first eight after Okabe and Ito, who chose them for colour-blind readers
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#000000",
    "#9467bd", "#8c564b", "#bcbd22", "#ff1493", "#00ced1", "#7f7f7f", "#7cfc00", "#800000",
)  # fmt: skip


def pick_record(source: ManifestSource, label: str | None, line: int | None) -> tuple[int, Any]:
    """The record on a line, or else the first that has boxes, with its line number.

    Raises:
        ManifestError: there is no such record, or it cannot be read.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    attribute = find_label(source, label)
    if find_type(attribute) is not BOUNDING_BOX:
        raise ManifestError(
            f"{source.name}: labels of type {attribute.type} have no boxes to draw",
            fix="choose a label attribute of boxes by --label; without --draw all are shown",
        )
    keys = keys_to_read(attribute, BOUNDING_BOX)
    reader = RecordReader(keys, BOUNDING_BOX, frozenset())
    lines = Lines(completed(source, keys, BOUNDING_BOX).open())
    for number, text in lines:
        if line is not None and number != line:
            continue
        reading = reader.read(number, text)
        if reading.record is not None and (line is not None or BOUNDING_BOX.has_objects(reading.record)):
            return number, reading.record
        if line is not None:
            found = reading.findings[0]
            raise ManifestError(f"{source.name}, line {line}: {found.message}", fix=found.advice)
    raise _nothing_there(source.name, line, lines.records + lines.blank)


def _nothing_there(name: str, line: int | None, lines: int) -> ManifestError:
    if line is None:
        return ManifestError(f"{name} has no record with anything to draw", fix="choose a record by --line")
    return ManifestError(
        f"{name} has no record on line {line}", fix=f"it has {quantity(lines, 'line')}: name one of them"
    )


def find_image(directory: Path, source: str) -> Path:
    """The file for a source: the longest suffix of its key that exists in the directory.

    Raises:
        GroundtrainError: none exists.
    """
    parts = [part for part in source[5:].split("/")[1:] if part not in ("", ".", "..")]
    for start in range(len(parts)):
        path = directory.joinpath(*parts[start:])
        if path.is_file():
            return path
    raise GroundtrainError(f"{directory} has no image for {source}", fix="name the image with --image")


def draw_record(record: Any, image: Path | None, out: Path) -> None:
    """Draw a record's boxes on its image, or on grey without one, at most 1,600 pixels wide or high.

    Raises:
        ManifestError: the record's image has no valid size.
        GroundtrainError: the image cannot be read, or the drawing cannot be written.
    """
    size = record.label.image_size[0]
    if size.width <= 0 or size.height <= 0:
        raise ManifestError(
            f"{record.source}: an image of {size.width} x {size.height} cannot be drawn",
            fix="choose another record by --line",
        )
    scale = min(1.0, _LONGEST_SIDE / max(size.width, size.height))
    canvas = _canvas(image, (max(1, round(size.width * scale)), max(1, round(size.height * scale))))
    _draw_boxes(canvas, record, scale)
    kind = Image.registered_extensions().get(out.suffix.lower())
    try:
        with replaced_file(out) as file:
            canvas.save(file, format=kind or out.suffix or "unnamed")
    except (OSError, ValueError, KeyError) as error:
        raise GroundtrainError(
            f"{out} cannot be written ({'unknown file extension' if kind is None else error})",
            fix="name a file such as out.png",
        ) from error


def _canvas(image: Path | None, size: tuple[int, int]) -> Image.Image:
    if image is None:
        return Image.new("RGB", size, "#808080")
    try:
        with Image.open(image) as opened:
            return opened.convert("RGB").resize(size)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise GroundtrainError(f"{image} is no image that can be read", fix="name another one") from error


def _draw_boxes(canvas: Image.Image, record: Any, scale: float) -> None:
    """Names are drawn last, so that no box crosses them."""
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(_text_height(canvas))
    names, tags = record.metadata.class_map, []
    for box in record.label.annotations:
        left, top = box.left * scale, box.top * scale
        right, bottom = left + box.width * scale, top + box.height * scale
        colour = _COLOURS[box.class_id % len(_COLOURS)]
        if right >= left and bottom >= top:
            pen.rectangle((left, top, right, bottom), outline=colour, width=3)
        tags.append((left, top, names.get(str(box.class_id), f"class {box.class_id}"), colour))
    for tag in tags:
        _draw_tag(canvas, pen, font, *tag)


def _text_height(canvas: Image.Image) -> int:
    return max(_SMALLEST_TEXT, min(canvas.size) // 40)


def _draw_tag(
    canvas: Image.Image,
    pen: ImageDraw.ImageDraw,
    font: Any,
    left: float,
    top: float,
    text: str,
    colour: str,
) -> None:
    """Draw a name on the box's colour: above the box if there is room, and always inside the image."""
    text = _cut(pen, font, printable(text[:_LONGEST_NAME]), canvas.width - 2 * _MARGIN)
    _, _, width, height = pen.textbbox((0, 0), text, font=font)
    width, height = width + 2 * _MARGIN, height + 2 * _MARGIN
    x = max(0.0, min(left, canvas.width - width))
    y = top - height if top >= height else top
    y = max(0.0, min(y, canvas.height - height))
    pen.rectangle((x, y, x + width, y + height), fill=colour)
    pen.text((x + _MARGIN, y + _MARGIN), text, fill=_contrast(colour), font=font)


def _cut(pen: ImageDraw.ImageDraw, font: Any, text: str, room: int) -> str:
    if pen.textlength(text, font=font) <= room:
        return text
    while len(text) > 1 and pen.textlength(f"{text}…", font=font) > room:
        text = text[:-1]
    return f"{text}…"


def _contrast(colour: str) -> str:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return "black" if 299 * red + 587 * green + 114 * blue > 128_000 else "white"
