"""A record as a picture: its image with the boxes on it."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont, UnidentifiedImageError

from groundtrain.errors import GroundtrainError, ManifestError

_LONGEST_SIDE = 1600
_HUES = 12


def find_image(directory: Path, source: str) -> Path:
    """The file that belongs to a source: the longest end of its key that the directory has.

    Raises:
        GroundtrainError: it has none.
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
        ManifestError: the record's image has no size that can be drawn.
        GroundtrainError: the image cannot be read, or the picture not written.
    """
    size = record.label.image_size[0]
    if size.width <= 0 or size.height <= 0:
        raise ManifestError(f"{record.source}: an image of {size.width} x {size.height} cannot be drawn")
    scale = min(1.0, _LONGEST_SIDE / max(size.width, size.height))
    canvas = _canvas(image, (max(1, round(size.width * scale)), max(1, round(size.height * scale))))
    _draw_boxes(canvas, record, scale)
    try:
        canvas.save(out)
    except (OSError, ValueError) as error:
        raise GroundtrainError(
            f"{out} cannot be written ({error})", fix="name a file such as out.png"
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
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default()
    names = record.metadata.class_map
    for box in record.label.annotations:
        left, top = box.left * scale, box.top * scale
        right, bottom = left + box.width * scale, top + box.height * scale
        colour = ImageColor.getrgb(f"hsl({box.class_id % _HUES * 360 // _HUES}, 90%, 45%)")
        if right >= left and bottom >= top:
            pen.rectangle((left, top, right, bottom), outline=colour, width=2)
        text = names.get(str(box.class_id), f"class {box.class_id}")
        pen.text((left + 3, top + 1), text, fill=colour, font=font)
