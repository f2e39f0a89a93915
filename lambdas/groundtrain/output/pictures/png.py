"""A drawing as pixels."""

from itertools import pairwise
from math import hypot

from PIL import Image, ImageColor, ImageDraw

from groundtrain.output.pictures.lettering import lettered
from groundtrain.output.pictures.shapes import Drawing, Line, Pixels, Placed, Rectangle, Text

_DASH, _GAP = 7.0, 5.0

Corner = tuple[float, float]


def rendered(drawing: Drawing) -> Image.Image:
    """The drawing as an RGB image of its size."""
    canvas = Image.new("RGB", (drawing.width, drawing.height), drawing.ground)
    pen = ImageDraw.Draw(canvas, "RGBA")  # which lets through what is below a translucent colour
    for shape in drawing.shapes:
        match shape:
            case Rectangle():
                _rectangle(pen, shape)
            case Line():
                _line(pen, shape.points, shape.colour, shape.thick, dashed=shape.dashed)
            case Text():
                text, font = lettered(shape.text, shape.height)
                pen.text((shape.left, shape.top), text, shape.colour, font)
            case Pixels():
                at = round(shape.left), round(shape.top)
                canvas.paste(shape.image, at, shape.image if shape.image.mode == "RGBA" else None)
            case Placed():
                canvas.paste(rendered(shape.drawing), (round(shape.left), round(shape.top)))
    return canvas


def _rectangle(pen: ImageDraw.ImageDraw, shape: Rectangle) -> None:
    left, top = shape.left, shape.top
    right, bottom = max(left, shape.right), max(top, shape.bottom)
    if shape.fill:
        red, green, blue = ImageColor.getrgb(shape.fill)[:3]
        pen.rectangle((left, top, right, bottom), (red, green, blue, round(255 * shape.opacity)))
    if shape.outline and not shape.dashed:
        pen.rectangle((left, top, right, bottom), outline=shape.outline, width=shape.thick)
    elif shape.outline:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        _line(pen, corners, shape.outline, shape.thick, dashed=True)


def _line(
    pen: ImageDraw.ImageDraw, points: tuple[Corner, ...], colour: str, thick: int, *, dashed: bool
) -> None:
    for start, end in pairwise(points):
        if not dashed:
            pen.line((start, end), colour, thick)
            continue
        length, done = hypot(end[0] - start[0], end[1] - start[1]), 0.0
        while done < length:
            pen.line(
                (_on(start, end, done / length), _on(start, end, min(1.0, (done + _DASH) / length))),
                colour,
                thick,
            )
            done += _DASH + _GAP


def _on(start: Corner, end: Corner, share: float) -> Corner:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
