"""A drawing as SVG: text stays text, images are in it, and nothing is fetched or run."""

import io
from base64 import b64encode
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from groundtrain.output.pictures.lettering import lacking_letters
from groundtrain.output.pictures.shapes import Drawing, Line, Pixels, Placed, Rectangle, Shape, Text
from groundtrain.printable_text import printable

_ASCENT = 0.8  # share of a text's height that is above its base line
_DASHES = ' stroke-dasharray="7 5"'


def as_svg(drawing: Drawing) -> str:
    """The whole document."""
    size = f'width="{drawing.width}" height="{drawing.height}"'
    box = f'viewBox="0 0 {drawing.width} {drawing.height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="sans-serif">',
            *_parts(drawing),
            "</svg>\n",
        )
    )


def _parts(drawing: Drawing) -> Iterator[str]:
    ground = quoteattr(drawing.ground)
    yield f'<rect width="{drawing.width}" height="{drawing.height}" fill={ground}/>'
    for shape in drawing.shapes:
        yield from _shape(shape)


def _shape(shape: Shape) -> Iterator[str]:
    match shape:
        case Rectangle():
            yield _rectangle(shape)
        case Line():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            dashes = _DASHES if shape.dashed else ""
            yield f'<polyline points="{points}" fill="none"{_stroke(shape.colour, shape.thick)}{dashes}/>'
        case Text():
            place = f'x="{shape.left:.1f}" y="{shape.top + _ASCENT * shape.height:.1f}"'
            fits = f' textLength="{shape.wide:.1f}" lengthAdjust="spacingAndGlyphs"'
            fits = fits if shape.wide >= 1 and not lacking_letters([shape.text]) else ""
            text, colour = escape(printable(shape.text)), quoteattr(shape.colour)
            look = f'font-size="{shape.height}" fill={colour}{fits} xml:space="preserve"'
            yield f"<text {place} {look}>{text}</text>"
        case Pixels():
            size = f'width="{shape.image.width}" height="{shape.image.height}"'
            yield f'<image x="{shape.left:.1f}" y="{shape.top:.1f}" {size} href="{_data(shape.image)}"/>'
        case Placed():
            yield f'<g transform="translate({shape.left:.1f} {shape.top:.1f})">'
            yield from _parts(shape.drawing)
            yield "</g>"


def _rectangle(shape: Rectangle) -> str:
    size = (
        f'width="{max(0.0, shape.right - shape.left):.1f}" height="{max(0.0, shape.bottom - shape.top):.1f}"'
    )
    fill = f"fill={quoteattr(shape.fill or 'none')}" + (
        f' fill-opacity="{shape.opacity:.2f}"' if shape.opacity < 1 else ""
    )
    stroke = _stroke(shape.outline, shape.thick) + (_DASHES if shape.dashed else "") if shape.outline else ""
    opening = f'<rect x="{shape.left:.1f}" y="{shape.top:.1f}" {size} {fill}{stroke}'
    return (
        f"{opening}><title>{escape(printable(shape.title))}</title></rect>" if shape.title else f"{opening}/>"
    )


def _stroke(colour: str, thick: int) -> str:
    return f' stroke={quoteattr(colour)} stroke-width="{thick}"'


def _data(image: Image.Image) -> str:
    buffer, form = io.BytesIO(), "PNG" if image.mode in ("RGBA", "P") else "JPEG"
    image.save(buffer, form)
    return f"data:image/{form.lower()};base64,{b64encode(buffer.getvalue()).decode()}"
