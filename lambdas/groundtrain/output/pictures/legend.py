"""Classes with their colours, and what is said below a picture."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from groundtrain.output.pictures.colours import FAINT, FAULT_FIELD, FAULT_INK, INK
from groundtrain.output.pictures.lettering import width_of
from groundtrain.output.pictures.names import cut
from groundtrain.output.pictures.shapes import Drawing, Rectangle, Shape, Text
from groundtrain.printable_text import printable
from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding

_PAD, _HEIGHT, _ROW = 8, 13, 19
_LONGEST = 600  # characters of one paragraph
_SWATCH = 12


class Entry(Struct, frozen=True):
    """One of the legend: a colour, its meaning, and the code of a finding on it."""

    colour: str
    text: str
    code: str = ""


class Caption(Struct, frozen=True):
    """What stands below a picture, in this order."""

    title: str
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def caption_below(caption: Caption, width: int, rows: int) -> Drawing:
    """The caption in this width, in so many rows at the most; what is left out is counted."""
    shapes, top = list[Shape](), _PAD
    lines = [*_lines(caption, width - 2 * _PAD)]
    shown = lines if len(lines) <= rows else lines[: max(1, rows - 1)]
    if len(shown) < len(lines):
        more = f"and {quantity(len(lines) - len(shown), 'more line')}"
        shown.append([Text(0, 0, more, _HEIGHT, FAINT, width_of(more, _HEIGHT))])
    for line in shown:
        shapes += [_moved(shape, _PAD, top) for shape in line]
        top += _ROW
    return Drawing(width, top + _PAD, tuple(shapes))


def _lines(caption: Caption, room: float) -> Iterator[list[Shape]]:
    yield from _paragraph(caption.title, room, INK)
    yield from _legend(caption.entries, room)
    for finding in caption.findings:
        yield from _finding(finding, room)
    for note in caption.notes:
        yield from _paragraph(note, room, FAINT)


def _paragraph(text: str, room: float, colour: str, indent: float = 0.0) -> Iterator[list[Shape]]:
    for line in wrapped(text, _HEIGHT, room - indent):
        yield [Text(indent, 0, line, _HEIGHT, colour, width_of(line, _HEIGHT))]


def _finding(finding: Finding, room: float) -> Iterator[list[Shape]]:
    wide = width_of(finding.code, _HEIGHT) + 8
    field: list[Shape] = [
        Rectangle(0, -1, wide, _HEIGHT + 3, fill=FAULT_FIELD),
        Text(4, 0, finding.code, _HEIGHT, FAULT_INK, wide - 8),
    ]
    for number, line in enumerate(_paragraph(f"{finding.rule.name}: {finding.told}", room, INK, wide + 6)):
        yield [*field, *line] if not number else line


def _legend(entries: Sequence[Entry], room: float) -> Iterator[list[Shape]]:
    """As many entries side by side as fit."""
    line, left = list[Shape](), 0.0
    for entry in entries:
        text = cut(f"{entry.code} {entry.text}".strip(), _HEIGHT, room - _SWATCH - 6)
        needs = _SWATCH + 6 + width_of(text, _HEIGHT) + 16
        if line and left + needs - 16 > room:
            yield line
            line, left = [], 0.0
        line += [
            Rectangle(left, 1, left + _SWATCH, 1 + _SWATCH, fill=entry.colour, outline=INK),
            Text(left + _SWATCH + 6, 0, text, _HEIGHT, INK, needs - _SWATCH - 22),
        ]
        left += needs
    if line:
        yield line


def wrapped(text: str, height: int, room: float) -> Iterator[str]:
    """The text in lines of at most this width, broken between words where it can be."""
    text = printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)")
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, height) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, height, room)
        yield from full
    yield line


def _pieces(word: str, height: int, room: float) -> list[str]:
    """A word in pieces that fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, height) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _moved(shape: Shape, left: float, top: float) -> Shape:
    if isinstance(shape, Text):
        return Text(shape.left + left, shape.top + top, shape.text, shape.height, shape.colour, shape.wide)
    assert isinstance(shape, Rectangle)  # a legend has nothing else
    sides = shape.left + left, shape.top + top, shape.right + left, shape.bottom + top
    return Rectangle(*sides, outline=shape.outline, fill=shape.fill)
