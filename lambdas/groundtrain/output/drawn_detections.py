"""A picture of an image with what a model found on it."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image

from groundtrain.evaluation import FoundBox
from groundtrain.output.pictures.colours import class_colour
from groundtrain.output.pictures.names import Name, written
from groundtrain.output.pictures.shapes import Drawing, Pixels, Rectangle, Shape
from groundtrain.output.pictures.written_picture import write_picture
from groundtrain.printable_text import printable_start

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_LONGEST_SIDE, _LONGEST_NAME = 1600, 60


def draw_detections(
    picture: Any,
    boxes: Sequence[FoundBox],
    classes: Sequence[str],
    out: Path,
    labeled: Iterable[Area] = (),
) -> None:
    """Draw boxes with their classes and scores on an image, at most 1,600 pixels wide or high, as PNG.

    Names stand beside one another, in colours and letters of any script as in `pictures`.

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
    width, height = (max(1, round(side * scale)) for side in picture.size)
    shapes: list[Shape] = [Pixels(0, 0, picture.resize((width, height), Image.Resampling.BICUBIC))]
    for area in labeled:
        shapes += _labeled(area, scale)
    names = list[Name]()
    for box in reversed(boxes):
        area = box.left * scale, box.top * scale, box.right * scale, box.bottom * scale
        colour, name = class_colour(box.class_id), printable_start(classes[box.class_id], _LONGEST_NAME)
        shapes.append(Rectangle(*area, outline=colour, thick=3))
        names.append(Name(area, f"{name} {box.score:.2f}", colour))
    tags, _ = written(names[::-1], (width, height), max(12, min(28, min(width, height) // 30)))
    write_picture(Drawing(width, height, (*shapes, *tags)), out)


def _labeled(area: Area, scale: float) -> tuple[Shape, ...]:
    """White within black, which is seen on any ground."""
    left, top, right, bottom = (side * scale for side in area)
    if left > right or top > bottom:
        return ()
    around = Rectangle(left - 1, top - 1, right + 1, bottom + 1, outline="#000000", thick=3)
    return around, Rectangle(left, top, right, bottom, outline="#ffffff")


def picture_name(number: int, name: str) -> str:
    """Such as 000007-photo.png for the seventh image, whatever characters its name has."""
    stem = PurePosixPath(name).stem
    return f"{number:06}-{''.join(c if c.isalnum() or c in '-_' else '_' for c in stem[:_LONGEST_NAME])}.png"
