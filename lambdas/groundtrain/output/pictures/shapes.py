"""What a picture is made of: shapes with places in pixels from its top left corner."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from PIL import Image

from groundtrain.output.pictures.colours import PAPER


class Rectangle(Struct, frozen=True):
    """A rectangle.

    Attributes:
        outline, fill: "#rrggbb", or "" for none.
        opacity: of the fill, 0 to 1.
        title: what it is, for those who point at it.
    """

    left: float
    top: float
    right: float
    bottom: float
    outline: str = ""
    fill: str = ""
    opacity: float = 1.0
    thick: int = 1
    dashed: bool = False
    title: str = ""


class Line(Struct, frozen=True):
    """A line from point to point."""

    points: tuple[tuple[float, float], ...]
    colour: str
    thick: int = 1
    dashed: bool = False


class Text(Struct, frozen=True):
    """A line of text of this height; `wide` is the room that it was measured to need."""

    left: float
    top: float
    text: str
    height: int
    colour: str
    wide: float


class Pixels(Struct, frozen=True):
    """An image in its own size, which may let through what is below it."""

    left: float
    top: float
    image: Image.Image


class Placed(Struct, frozen=True):
    """A drawing within another one."""

    left: float
    top: float
    drawing: "Drawing"


Shape: TypeAlias = Rectangle | Line | Text | Pixels | Placed


class Drawing(Struct, frozen=True):
    """Shapes in the order in which they are drawn, on a ground of this size and colour."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    ground: str = PAPER

    def texts(self) -> Iterator[str]:
        """All that is written in it."""
        for shape in self.shapes:
            if isinstance(shape, Text):
                yield shape.text
            elif isinstance(shape, Placed):
                yield from shape.drawing.texts()


def stacked(*drawings: Drawing, gap: int = 0) -> Drawing:
    """One below the other."""
    shapes, top = list[Shape](), 0
    for drawing in drawings:
        shapes.append(Placed(0, top, drawing))
        top += drawing.height + gap
    return Drawing(max(drawing.width for drawing in drawings), max(1, top - gap), tuple(shapes))
