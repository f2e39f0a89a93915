"""Lines of text for a terminal: wrapped between words, never within what is to be copied."""

import re
import unicodedata
from collections.abc import Iterator

_PROGRAMS = {"groundtrain": 1, "aws": 2, "cdk": 1, "make": 1, "python": 0}  # and words that follow always
_PART = re.compile(r"-|['\"{$*~]|[A-Z0-9_=-]+[,;.:)]*$|\S*[./:=_]\S")  # of a command: an option, path, NAME
_LAST = re.compile(r"[^.][.,;:)]+$")
_COLUMNS = re.compile(r"\S {2,}(?=\S)")


def wrapped(line: str, width: int) -> Iterator[str]:
    """The line in pieces of at most this many columns, with further ones indented below the first.

    An address or a command is a piece of its own where it is too long, and is left to the terminal to break:
    what is copied there is in one line. Of a table, further pieces stand below the last column.
    """
    if columns_of(line) <= width:
        yield line
        return
    hang = " " * _indent(line, width)
    start = line[: len(line) - len(line.lstrip(" "))]
    piece = ""
    for gap, unit in _units(line[len(start) :]):
        if piece and columns_of(f"{start}{piece}{gap}{unit}") > width:
            yield start + piece
            start, piece, gap = hang, "", ""
        piece += gap + unit
    yield start + piece


def columns_of(text: str) -> int:
    """Columns that a terminal needs: letters of East Asia take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _indent(line: str, width: int) -> int:
    """Columns before further pieces: those before the last column of a table, or some more than the first."""
    starts = [found.end() for found in _COLUMNS.finditer(line) if found.end() <= width // 2]
    if starts:
        return columns_of(line[: starts[-1]])
    return min(len(line) - len(line.lstrip(" ")) + 4, width // 4)


def _units(text: str) -> Iterator[tuple[str, str]]:
    """Words with the spaces before them; a command is one."""
    words = [(found[1], found[2]) for found in re.finditer(r"( *)(\S+)", text)]
    place = 0
    while place < len(words):
        gap, unit = words[place]
        end = place + 1 + _further(words, place)
        yield gap, unit + "".join(space + word for space, word in words[place + 1 : end])
        place = end


def _further(words: list[tuple[str, str]], place: int) -> int:
    """How many of the words behind one belong to it, as those of a command do."""
    program = words[place][1].lstrip("(\"'")
    if program not in _PROGRAMS:
        return 0
    count, quote = 0, ""
    for _, word in words[place + 1 :]:
        before = words[place + count][1]
        takes_value = before.startswith("--") and "=" not in before
        if not (quote or count < _PROGRAMS[program] or takes_value or _PART.match(word)):
            break
        count += 1
        quote = _open_quote(quote, word)
        if not quote and _LAST.search(word):
            break
    return count


def _open_quote(quote: str, word: str) -> str:
    """The quotation mark that is open behind a word; "" for none."""
    for letter in word:
        if letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
    return quote
