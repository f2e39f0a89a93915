"""Decode a JSON array element by element while its text is read."""

import json
import re
from collections.abc import Iterator

_LONGEST = 1 << 16
_SPACE = re.compile(r"[ \t\r\n]*")


class NotAnArrayError(ValueError):
    """The text is not a JSON array of small elements."""


def _with_each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        again = next(key for i, key in enumerate(keys) if key in keys[:i])
        raise NotAnArrayError(f'the key "{again}" is there twice')
    return value


_decode = json.JSONDecoder(object_pairs_hook=_with_each_key_once).raw_decode


def array_elements(texts: Iterator[str]) -> Iterator[object]:
    """Elements of an array whose text comes in pieces; memory holds one piece and one element.

    Raises:
        NotAnArrayError: it is not an array, ends too early, is followed by other text, or has an element
            longer than 64 Ki characters, or with a key twice.
    """
    text = _Text(texts)
    text.expect("[")
    if text.next_mark() != "]":
        yield text.element()
        while text.next_mark() == ",":
            text.expect(",")
            yield text.element()
    text.expect("]")
    if behind := text.next_mark():
        raise NotAnArrayError(f"{behind} behind the end of the array")


class _Text:
    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text, self._at = "", 0

    def next_mark(self) -> str:
        """The next character that is not white space, "" at the end; it is not consumed."""
        self._at = self._after_space()
        while self._at == len(self._text) and self._grow():
            self._at = self._after_space()
        return self._text[self._at : self._at + 1]

    def expect(self, mark: str) -> None:
        """Consume this character."""
        if (found := self.next_mark()) != mark:
            raise NotAnArrayError(f"{found or 'the end'} in place of {mark}")
        self._at += 1

    def element(self) -> object:
        """Consume and return the next value."""
        self.next_mark()
        while True:
            try:
                value, self._at = _decode(self._text, self._at)
            except NotAnArrayError:
                raise
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at > _LONGEST or not self._grow():
                    raise NotAnArrayError("an element that is cut off, malformed or too long") from error
            else:
                return value

    def _after_space(self) -> int:
        match = _SPACE.match(self._text, self._at)
        return match.end() if match else self._at

    def _grow(self) -> bool:
        more = next(self._texts, "")
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)
