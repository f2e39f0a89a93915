"""A text laid out in lines: where each of its letters stands."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from unicodedata import bidirectional

from msgspec import Struct

from groundtrain.output.pictures.lettering import width_of
from groundtrain.printable_text import printable

_TOKEN = re.compile(r"\n|[^\S\n]+|\S+")
_RIGHT_TO_LEFT = {"R", "AL"}
_STRONG = {*_RIGHT_TO_LEFT, "L"}


class Piece(Struct, frozen=True):
    """Letters that stand together.

    Attributes:
        start: of the first one in the text.
        left, wide: in pixels.
    """

    start: int
    letters: str
    left: float
    wide: float
    from_right: bool

    @property
    def end(self) -> int:
        """Of its last letter in the text, exclusive."""
        return self.start + len(self.letters)

    def part(self, start: int, end: int, height: int) -> tuple[float, float]:
        """Left and right edge of the letters from `start` to before `end` of the text."""
        before, until = (
            min(self.wide, width_of(printable(self.letters[: max(0, place - self.start)]), height))
            for place in (start, end)
        )
        if self.from_right:
            return self.left + self.wide - until, self.left + self.wide - before
        return self.left + before, self.left + until


TextLine = tuple[Piece, ...]
_Token = tuple[int, str, float]


def lines_of(text: str, height: int, room: float) -> Iterator[TextLine]:
    """The text in lines of at most this width; a paragraph that begins from the right is laid from there."""
    start = 0
    for paragraph in text.split("\n"):
        yield from _paragraph(paragraph, start, height, room)
        start += len(paragraph) + 1


def _paragraph(text: str, start: int, height: int, room: float) -> Iterator[TextLine]:
    from_right, line, wide = _runs_from_right(text, otherwise=False), list[_Token](), 0.0
    for at, token, needs in _tokens(text, height, room):
        if line and wide + needs > room and not token.isspace():
            yield _placed(line, room, from_right=from_right)
            line, wide = [], 0.0
        line.append((start + at, token, needs))
        wide += needs
    yield _placed(line, room, from_right=from_right)


def _tokens(text: str, height: int, room: float) -> Iterator[_Token]:
    """Text and the spaces between them, with their places and widths; long ones in pieces that fit."""
    for found in _TOKEN.finditer(text):
        start, token = found.start(), found[0]
        while (needs := width_of(printable(token), height)) > room and len(token) > 1:
            fits = max(1, int(len(token) * room / needs * 0.95))
            while fits > 1 and width_of(printable(token[:fits]), height) > room:
                fits -= 1
            yield start, token[:fits], width_of(printable(token[:fits]), height)
            start, token = start + fits, token[fits:]
        yield start, token, needs


def _placed(line: Sequence[_Token], room: float, *, from_right: bool) -> TextLine:
    """The words in the order in which they are read: runs of the other direction are turned."""
    pieces, at = list[Piece](), 0.0
    for is_other, run in groupby(_directed(line, from_right=from_right), key=lambda pair: pair[0]):
        words = [token for _, token in run]
        for start, letters, wide in reversed(words) if is_other else words:
            left = room - at - wide if from_right else at
            pieces.append(Piece(start, letters, left, wide, from_right != is_other))
            at += wide
    return tuple(sorted(pieces, key=lambda piece: piece.start))


def _directed(line: Sequence[_Token], *, from_right: bool) -> Iterator[tuple[bool, _Token]]:
    """Each word, and whether it runs against its line; a space does where the words on both sides do."""
    against = [_runs_from_right(letters, otherwise=from_right) != from_right for _, letters, _ in line]
    for place, token in enumerate(line):
        between = token[1].isspace() and 0 < place < len(line) - 1
        yield (against[place - 1] and against[place + 1]) if between else against[place], token


def _runs_from_right(letters: str, *, otherwise: bool) -> bool:
    strong = next((way for way in map(bidirectional, letters) if way in _STRONG), "")
    return strong in _RIGHT_TO_LEFT if strong else otherwise
