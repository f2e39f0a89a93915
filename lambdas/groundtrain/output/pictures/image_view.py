"""The image of a record in a drawing: where its pixels lie, with a margin for what is labeled beyond it."""

from msgspec import Struct
from PIL import Image

from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import read_image
from groundtrain.output.pictures.colours import FAINT
from groundtrain.output.pictures.scaled_image import ScaledImage, read_scaled
from groundtrain.output.pictures.shapes import Drawing, Line, Pixels, Rectangle, Shape
from groundtrain.output.pictures.subject import Canvas, Subject

_SMALLEST = 360  # pixels that the longer side is shown with
_ENLARGED_MOST = 24
_UNKNOWN_SIZE = (640, 480)
_BLANK, _BEYOND, _EDGE = "#808080", "#e4e4e4", "#555555"
_MOST_BEYOND = 0.5  # of the side of the image
_ROOM = 0.04
_HATCH, _THINNEST = 24, 40

Corners = tuple[float, float, float, float]


class View(Struct, frozen=True):
    """How pixels of an image become pixels of a drawing: times `scale`, then moved.

    Attributes:
        left, top: where the image's corner lies in the drawing.
        size: of the drawing.
        pixels: of the image in it.
        note: why the image is blank, "" where it is not.
    """

    scale: float
    left: float
    top: float
    size: tuple[int, int]
    pixels: tuple[int, int]
    shapes: tuple[Shape, ...]
    note: str = ""

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place of the image in the drawing, within it."""
        return (
            min(max(self.left + x * self.scale, 0.0), self.size[0] - 1.0),
            min(max(self.top + y * self.scale, 0.0), self.size[1] - 1.0),
        )

    def drawn(self, *shapes: Shape) -> Drawing:
        """The image with these on it."""
        return Drawing(*self.size, (*self.shapes, *shapes))


def view_of(subject: Subject, canvas: Canvas, beyond: tuple[Corners, ...] = ()) -> View:
    """The record's image, or a blank of the size that its label states.

    Args:
        subject: the line.
        canvas: where images are, and how large they are drawn.
        beyond: corners, in the image's pixels, of what shall be seen though it lies beyond the image.
    """
    stated = subject.label_type.image_size(subject.record) if subject.record is not None else None
    stated = stated if stated is not None and min(stated) > 0 else None
    found = _read(subject.source, canvas, stated)
    stored = (found.width, found.height) if isinstance(found, ScaledImage) else None
    size = stated or stored or _UNKNOWN_SIZE
    left, top, right, bottom = _window(size, beyond)
    width, height = right - left, bottom - top
    scale = _scale(max(width, height), canvas.longest)
    shown = max(_THINNEST, round(width * scale)), max(_THINNEST, round(height * scale))
    at = -left * scale, -top * scale
    pixels = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    ground = _margin(shown) if beyond or min(pixels) < _THINNEST else ()
    image = (
        _fitted(found.pixels, pixels) if isinstance(found, ScaledImage) else Image.new("RGB", pixels, _BLANK)
    )
    edge = Rectangle(at[0] - 1, at[1] - 1, at[0] + pixels[0], at[1] + pixels[1], outline=_EDGE)
    shapes = (*ground, Pixels(*at, image), *((edge,) if beyond else ()))
    return View(scale, *at, shown, pixels, shapes, "" if isinstance(found, ScaledImage) else found)


def _read(source: str, canvas: Canvas, stated: tuple[int, int] | None) -> ScaledImage | str:
    """The image, or why there is none."""
    if canvas.store is None:
        return "a blank image, for none was named (--image or --image-dir)"
    try:
        return read_scaled(read_image(canvas.store, source), canvas.longest, stated)
    except ImageError as error:
        return f"a blank image: {error.message}"


def _window(size: tuple[int, int], beyond: tuple[Corners, ...]) -> Corners:
    """What is seen: the image, and what lies beyond it, up to half of its size on each side."""
    corners = [0.0, 0.0, float(size[0]), float(size[1])]
    for place, length in enumerate((*size, *size)):
        values = [each[place] for each in beyond]
        limits = (-_MOST_BEYOND * length, 0.0) if place < 2 else (length, (1 + _MOST_BEYOND) * length)
        reach = min([*values, 0.0]) if place < 2 else max([*values, length])
        room = _ROOM * length * (-1 if place < 2 else 1) if values and reach not in (0.0, length) else 0.0
        corners[place] = min(max(reach + room, limits[0]), limits[1])
    return corners[0], corners[1], corners[2], corners[3]


def _scale(longest: float, most: int) -> float:
    """Large images are made smaller, tiny ones larger."""
    if longest > most:
        return most / longest
    smallest = min(_SMALLEST, most)
    return 1.0 if longest >= smallest else min(_ENLARGED_MOST, smallest / longest)


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    enlarged = size[0] >= 3 * image.width
    return image.resize(size, Image.Resampling.NEAREST if enlarged else Image.Resampling.BICUBIC)


def _margin(size: tuple[int, int]) -> tuple[Shape, ...]:
    """A ground with slanting lines, which no image has around it."""
    width, height = size
    lines = (
        Line(((float(start), 0.0), (float(start - height), float(height))), FAINT)
        for start in range(0, width + height, _HATCH)
    )
    return Rectangle(0, 0, width, height, fill=_BEYOND), *lines
