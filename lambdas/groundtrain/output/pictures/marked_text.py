"""A text with spans of it marked: each in its colour, named on a band of its own below the words."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from groundtrain.output.pictures.colours import FAULT_FIELD, FAULT_INK, INK, contrast
from groundtrain.output.pictures.lettering import width_of
from groundtrain.output.pictures.names import cut
from groundtrain.output.pictures.shapes import Drawing, Rectangle, Shape, Text
from groundtrain.output.pictures.text_lines import TextLine, lines_of
from groundtrain.printable_text import printable

_HEIGHT, _SMALL, _PAD = 18, 12, 16
_BAND = _SMALL + 6
_MOST_BANDS = 8
_NOTHING = 6.0  # pixels of a span without letters
_TRANSLUCENT = 0.35


class Mark(Struct, frozen=True):
    """Letters from `start` to before `end`, with a name, and the codes of findings on it."""

    start: int
    end: int
    name: str
    colour: str
    code: str = ""


class _Stretch(Struct, frozen=True):
    """What of a mark is on one line, with the room that it needs there."""

    mark: Mark
    left: float
    right: float
    needs: float
    named: bool


def draw_text(text: str, marks: Sequence[Mark], width: int, most_lines: int) -> tuple[Drawing, int]:
    """The text, and the number of its letters that are shown.

    Args:
        text: any.
        marks: spans of it, also empty ones and such as reach beyond it.
        width: pixels.
        most_lines: lines that are drawn.
    """
    shapes, top, shown = list[Shape](), float(_PAD), 0
    for number, line in enumerate(lines_of(text, _HEIGHT, width - 2 * _PAD)):
        if number == most_lines:
            break
        bands = _bands([*_stretches(line, marks, len(text), width)])
        for level, stretches in enumerate(bands[:_MOST_BANDS]):
            for stretch in stretches:
                shapes += _marked(stretch, top, level)
        for piece in line:
            if not piece.letters.isspace():
                words = printable(piece.letters)
                shapes.append(Text(_PAD + piece.left, top, words, _HEIGHT, INK, piece.wide))
        top += _HEIGHT + 12 + _BAND * min(len(bands), _MOST_BANDS)
        shown = line[-1].end if line else shown
    return Drawing(width, round(top) + _PAD, tuple(shapes)), shown


def _stretches(line: TextLine, marks: Sequence[Mark], length: int, width: int) -> Iterator[_Stretch]:
    if not line:
        return
    first, last = line[0].start, line[-1].end
    for mark in marks:
        start, end = max(0, min(mark.start, length)), max(0, min(mark.end, length))
        if start >= end:
            end = start
        if not (first <= start < last or (start < first < end) or (start == length == last)):
            continue
        parts = [
            piece.part(start, end, _HEIGHT)
            for piece in line
            if piece.start < max(end, start + 1) and piece.end >= start
        ]
        left, right = min(part[0] for part in parts), max(part[1] for part in parts)
        named = start >= first
        name = width_of(cut(f"{mark.code} {mark.name}", _SMALL, width), _SMALL) + 16 if named else 0.0
        yield _Stretch(mark, left, max(right, left + _NOTHING), max(right, left + name), named)


def _bands(stretches: Sequence[_Stretch]) -> list[list[_Stretch]]:
    """Stretches on bands, none over another one of its band."""
    bands = list[list[_Stretch]]()
    for stretch in sorted(stretches, key=lambda each: (each.left, -each.right)):
        free = (band for band in bands if band[-1].needs <= stretch.left)
        band = next(free, None)
        if band is None:
            bands.append([stretch])
        else:
            band.append(stretch)
    return bands


def _marked(stretch: _Stretch, top: float, level: int) -> list[Shape]:
    mark, left, right = stretch.mark, stretch.left + _PAD, stretch.right + _PAD
    below = top + _HEIGHT + 6 + level * _BAND
    title = f"{mark.code} {mark.name[:200]}".strip()
    shapes: list[Shape] = [
        Rectangle(
            left, top - 2, right, top + _HEIGHT + 3, fill=mark.colour, opacity=_TRANSLUCENT, title=title
        ),
        Rectangle(left, below, right, below + 3, fill=mark.colour),
    ]
    if mark.code:
        shapes.append(
            Rectangle(left - 1, top - 3, right + 1, top + _HEIGHT + 4, FAULT_FIELD, thick=2, dashed=True)
        )
    return [*shapes, *_name(stretch, left, below + 3)] if stretch.named else shapes


def _name(stretch: _Stretch, left: float, top: float) -> Iterator[Shape]:
    mark = stretch.mark
    for text, field, ink in (
        (mark.code, FAULT_FIELD, FAULT_INK),
        (cut(mark.name, _SMALL, stretch.needs - stretch.left), mark.colour, contrast(mark.colour)),
    ):
        if text:
            wide = width_of(text, _SMALL)
            yield Rectangle(left, top, left + wide + 4, top + _SMALL + 2, fill=field)
            yield Text(left + 2, top, text, _SMALL, ink, wide)
            left += wide + 4
