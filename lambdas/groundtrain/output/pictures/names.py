"""Names at their places in a picture: on fields of their own, beside what they name, over no other name."""

from collections.abc import Sequence

from msgspec import Struct

from groundtrain.output.pictures.colours import FAULT_FIELD, FAULT_INK, contrast
from groundtrain.output.pictures.lettering import width_of
from groundtrain.output.pictures.shapes import Rectangle, Shape, Text
from groundtrain.printable_text import printable

_PAD = 3
_LONGEST = 200  # characters, more than fit
_MOST, _SHARE = 300, 0.25  # names in one image, and what they may cover of it

Area = tuple[float, float, float, float]


class Name(Struct, frozen=True):
    """What is written at an area.

    Attributes:
        area: left, top, right and bottom in the drawing.
        code: of findings on it, "" for none.
    """

    area: Area
    text: str
    colour: str
    code: str = ""


def cut(text: str, height: int, room: float) -> str:
    """As much of the text as fits into the room, in pixels, with dots where there was more."""
    text = printable(text[:_LONGEST])
    if width_of(text, height) <= room:
        return text
    low, high = 0, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(f"{text[:middle]}…", height) <= room else (low, middle - 1)
    return f"{text[:low]}…"


def written(names: Sequence[Name], size: tuple[int, int], height: int) -> tuple[tuple[Shape, ...], int]:
    """The names as shapes in a drawing of this size, those with codes first, and how many found no room.

    Names cover at most a quarter of the drawing, so that there is something to see between them.
    """
    taken, shapes, room_left = list[Area](), list[Shape](), size[0] * size[1] * _SHARE
    for number, name in enumerate(sorted(names, key=lambda each: not each.code)):
        if number == _MOST or room_left < 0:
            return tuple(shapes), len(names) - number
        room = size[0] - 2 * _PAD
        code = cut(name.code, height, room / 2) if name.code else ""
        code_wide = width_of(code, height) + 2 * _PAD if code else 0.0
        text = cut(name.text, height, room - code_wide)
        wide = code_wide + width_of(text, height) + 2 * _PAD
        tall = height + 2 * _PAD + 2
        left, top = _free_place(name.area, (wide, tall), size, taken)
        taken.append((left, top, left + wide, top + tall))
        room_left -= wide * tall
        if code:
            shapes += _field(left, top, code, code_wide, height, (FAULT_FIELD, FAULT_INK))
        colours = name.colour, contrast(name.colour)
        shapes += _field(left + code_wide, top, text, wide - code_wide, height, colours)
    return tuple(shapes), 0


def _field(
    left: float, top: float, text: str, wide: float, height: int, colours: tuple[str, str]
) -> list[Shape]:
    field = Rectangle(left, top, left + wide, top + height + 2 * _PAD + 2, fill=colours[0])
    return [field, Text(left + _PAD, top + _PAD, text, height, colours[1], wide - 2 * _PAD)]


def _free_place(
    area: Area, needs: tuple[float, float], size: tuple[int, int], taken: list[Area]
) -> tuple[float, float]:
    """Above, below, inside, or beside the area; the first place where no name is, else above."""
    (left, top, right, bottom), (wide, tall) = area, needs
    tries = (
        *((left, top - tall), (left, bottom + 1), (left, top), (right - wide, top - tall), (right + 1, top)),
        *((left - wide - 1, top), (right - wide, bottom + 1), (left, bottom - tall)),
        *((left, top - 2 * tall), (left, bottom + tall + 1), (left, top + tall)),
    )
    places = [_inside(place, needs, size) for place in tries]
    return next((place for place in places if not _meets(place, needs, taken)), places[0])


def _inside(
    place: tuple[float, float], needs: tuple[float, float], size: tuple[int, int]
) -> tuple[float, float]:
    return max(0.0, min(place[0], size[0] - needs[0])), max(0.0, min(place[1], size[1] - needs[1]))


def _meets(place: tuple[float, float], needs: tuple[float, float], taken: list[Area]) -> bool:
    left, top, right, bottom = *place, place[0] + needs[0], place[1] + needs[1]
    return any(left < its[2] and its[0] < right and top < its[3] and its[1] < bottom for its in taken)
