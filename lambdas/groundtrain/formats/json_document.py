"""Read large JSON documents piece by piece: memory holds one piece, and what was kept of those before it."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from groundtrain.errors import ManifestError
from groundtrain.json_text import in_plain_words
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.quantities import quoted

PIECE = 1 << 22
"""Bytes that are read at once; an element that is longer makes the piece grow."""
LONGEST = 256 << 20
"""Bytes of an element; whatever is longer is none."""

_SHOWN = 40
_LONGEST_TOKEN = 64  # a number that is cut off is called invalid
_SPACE = re.compile(rb"[ \t\r\n]*")
_AT = re.compile(r" \(byte (\d+)\)$")
_IN_LIST = re.compile(r"^\$\[(\d+)\]\.?")
_skip = msgspec.json.Decoder(Raw).decode

ListDecode = Callable[[bytes], list[Any]]
"""Decodes an array; it raises what msgspec raises."""


class Piece(NamedTuple):
    """Some elements of an array that follow each other.

    Attributes:
        array: the key that the array is under; "" where it is the whole document.
        first: number of the first of them in the array, from 0.
        text: the elements undecoded, as an array of their own.
    """

    array: str
    first: int
    elements: list[Any]
    text: bytes


class JsonDocument:
    """The text of a JSON document, read once from its beginning to its end.

    Args:
        name: of the file, for messages.
        chunks: its bytes.
    """

    def __init__(self, name: str, chunks: Iterator[bytes]) -> None:
        self.name = name
        self._chunks = chunks
        self._text, self._at, self._ended = b"", 0, False
        self._behind = 0  # bytes of the file before the text
        while len(self._text) < len(BOM_UTF8) and not self._ended:
            self._grow()
        self._at = len(BOM_UTF8) if self._text.startswith(BOM_UTF8) else 0

    def first_mark(self) -> str:
        """The first character that is no white space; "" where there is none."""
        return self._mark().decode("latin-1")

    def arrays(self, wanted: Mapping[str, ListDecode]) -> Iterator[Piece]:
        """The arrays under these keys of an object, as they come; all else is skipped.

        An empty array is an empty piece. Under a key that is null there is no array.

        Raises:
            ManifestError: it is no such object, a key is there twice, or an element is no such element.
        """
        seen: set[str] = set()
        self._expect("{")
        while self._mark() != b"}":
            if seen:
                self._expect(",")
            key = self._key()
            if key in seen:
                raise self._error(f"the key {quoted(key)} is there twice", "remove one of the two")
            seen.add(key)
            if key in wanted and self._mark() != b"n":
                yield from self._array(key, wanted[key])
            else:
                self._at = self._end()
        self._expect("}")
        self._refuse_more()

    def array(self, decode: ListDecode) -> Iterator[Piece]:
        """The elements of a document that is one array.

        Raises:
            ManifestError: it is no array, or an element is no such element.
        """
        yield from self._array("", decode)
        self._refuse_more()

    def _array(self, key: str, decode: ListDecode) -> Iterator[Piece]:
        self._expect("[")
        number = 0
        while self._mark() != b"]":
            if number:
                self._expect(",")
                self._mark()
            text = b"[%b]" % self._elements()
            try:
                elements = decode(text)
            except DECODE_ERRORS as error:
                raise self._wrong_element(key, number, error) from error
            yield Piece(key, number, elements, text)
            number += len(elements)
        self._expect("]")
        if not number:
            yield Piece(key, 0, [], b"[]")

    def _elements(self) -> bytes:
        """The elements from here on that end within the text, one at least, without the comma behind them."""
        end = self._end()
        start, further = self._at, end
        while further:
            end = further
            comma = _after_space(self._text, end)
            is_one = self._text[comma : comma + 1] == b","
            further = self._end_within(_after_space(self._text, comma + 1)) if is_one else 0
        self._at = end
        return self._text[start:end]

    def _end(self) -> int:
        """Where the value that comes next ends; what is before it may go."""
        while not (end := self._end_within(self._at)):
            if self._ended:
                raise self._error("the file ends in the middle", "copy it, or export it again")
            if len(self._text) - self._at > LONGEST:
                raise self._error(
                    f"a value of more than {LONGEST >> 20} MiB", "check that it is the right file"
                )
            self._grow()
        return end

    def _end_within(self, at: int) -> int:
        """Where the value at this place of the text ends; 0 where it may go on behind the text."""
        try:
            _skip(memoryview(self._text)[at:])
        except msgspec.DecodeError as error:
            complaint, place = str(error), _AT.search(str(error))
            if place is None or (not self._ended and at + int(place[1]) > len(self._text) - _LONGEST_TOKEN):
                return 0
            if "trailing characters" not in complaint:
                self._at = at + int(place[1])
                raise self._malformed(
                    complaint[: place.start()].removeprefix("JSON is malformed: ")
                ) from error
            return at + int(place[1]) - 1  # the byte behind the first one that is too much
        except RecursionError as error:
            raise self._error("it is nested too deeply", "check that it is the right file") from error
        return len(self._text) if self._ended else 0

    def _key(self) -> str:
        self._mark()
        end = self._end()
        try:
            key = msgspec.json.decode(self._text[self._at : end], type=str)
        except DECODE_ERRORS as error:
            raise self._malformed("a key is no text") from error
        self._at = end
        self._expect(":")
        self._mark()
        return key

    def _mark(self) -> bytes:
        """The next character that is no white space, which comes next; b"" at the end."""
        self._at = _after_space(self._text, self._at)
        while self._at == len(self._text) and not self._ended:
            self._grow()
            self._at = _after_space(self._text, self._at)
        return self._text[self._at : self._at + 1]

    def _expect(self, mark: str) -> None:
        found = self._mark()
        if not found:
            raise self._error("the file ends in the middle", "copy it, or export it again")
        if found != mark.encode():
            raise self._malformed(f"expected {mark}")
        self._at += 1

    def _refuse_more(self) -> None:
        if self._mark():
            raise self._malformed("there is more behind the end")

    def _grow(self) -> None:
        """Read on, and forget what was consumed."""
        chunks = [self._text[self._at :]]
        wanted = max(PIECE, len(chunks[0]))
        while wanted > 0 and (chunk := next(self._chunks, b"")):
            chunks.append(chunk)
            wanted -= len(chunk)
        self._ended = wanted > 0
        self._behind += self._at
        self._text, self._at = b"".join(chunks), 0

    def _wrong_element(self, key: str, number: int, error: Exception) -> ManifestError:
        complaint, _, path = str(error).partition(" - at `")
        path = path.removesuffix("`")
        if place := _IN_LIST.match(path):
            number, path = number + int(place[1]), path[place.end() :]
        where = f"{self.name}, {key or 'element'} {number + 1}".replace("  ", " ")
        inside = f", {path}" if path and path != "$" else ""
        words = "not UTF-8" if isinstance(error, UnicodeDecodeError) else in_plain_words(complaint)
        return ManifestError(f"{where}{inside}: {words}", fix="correct it, or export the file again")

    def _malformed(self, complaint: str) -> ManifestError:
        near = self._text[max(0, self._at - _SHOWN) : self._at + _SHOWN // 2].decode(errors="replace")
        return self._error(
            f"{complaint} at byte {self._behind + self._at:,}, near {near!r}", "write it as JSON again"
        )

    def _error(self, problem: str, fix: str) -> ManifestError:
        return ManifestError(f"{self.name} is no JSON as it should be: {problem}", fix=fix)


def _after_space(text: bytes, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
