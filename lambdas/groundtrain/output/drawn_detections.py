"""A picture of an image with what a model found on it."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from groundtrain.evaluation import FoundBox
from groundtrain.output_files import replaced_file
from groundtrain.printable_text import printable_start

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_LONGEST_SIDE, _LONGEST_NAME = 1600, 60
_COLOURS = (  # after Okabe and Ito, who chose them for colour-blind readers
    ("#e69f00", "black"), ("#56b4e9", "black"), ("#009e73", "black"), ("#f0e442", "black"),
    ("#0072b2", "white"), ("#d55e00", "black"), ("#cc79a7", "black"),
)  # fmt: skip


def draw_detections(
    picture: Any,
    boxes: Sequence[FoundBox],
    classes: Sequence[str],
    out: Path,
    labeled: Iterable[Area] = (),
) -> None:
    """Draw boxes with their classes and scores on an image, at most 1,600 pixels wide or high, as PNG.

    Args:
        picture: a Pillow image in RGB.
        boxes: in its pixels; the first ones lie on top.
        classes: names by class id.
        out: where the picture goes.
        labeled: boxes that people drew, in the same pixels; they lie below as thin white lines.

    Raises:
        SettingsError: it cannot be written there.
    """
    scale = min(1.0, _LONGEST_SIDE / max(picture.size))
    canvas = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(max(12, min(28, min(canvas.size) // 30)))
    for area in labeled:
        _draw_labeled(pen, [side * scale for side in area])
    for box in reversed(boxes):
        area = (box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
        name = printable_start(classes[box.class_id], _LONGEST_NAME)
        _draw_box(pen, font, area, f"{name} {box.score:.2f}", _COLOURS[box.class_id % len(_COLOURS)])
    with replaced_file(out) as file:
        canvas.save(file, "PNG")


def _draw_labeled(pen: ImageDraw.ImageDraw, area: Sequence[float]) -> None:
    """White within black, which is seen on any ground."""
    left, top, right, bottom = area
    if left <= right and top <= bottom:
        pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="black", width=3)
        pen.rectangle((left, top, right, bottom), outline="white", width=1)


def _draw_box(
    pen: ImageDraw.ImageDraw,
    font: Any,
    area: Area,
    text: str,
    colours: tuple[str, str],
) -> None:
    """The box, and its text above it, or below its upper edge where the image ends."""
    ground, ink = colours
    pen.rectangle(area, outline=ground, width=3)
    left, top, right, bottom = pen.textbbox((area[0], area[1]), text, font=font, anchor="ld")
    down = 0 if top >= 0 else bottom - top
    pen.rectangle((left, top + down, right + 4, bottom + down), fill=ground)
    pen.text((area[0] + 2, area[1] + down), text, ink, font, anchor="ld")


def picture_name(number: int, name: str) -> str:
    """Such as 000007-photo.png for the seventh image, whatever characters its name has."""
    stem = PurePosixPath(name).stem
    return f"{number:06}-{''.join(c if c.isalnum() or c in '-_' else '_' for c in stem[:_LONGEST_NAME])}.png"
