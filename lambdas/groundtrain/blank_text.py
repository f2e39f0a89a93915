"""Texts in which nothing can be seen: "" and spaces, and also characters without a shape of their own."""

import unicodedata

_WITHOUT_SHAPE = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"}
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def is_blank(text: str) -> bool:
    """Whether the text has no visible character."""
    return not any(map(_is_visible, text))


def _is_visible(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and character != " "
    code = ord(character)
    return (
        unicodedata.category(character) not in _WITHOUT_SHAPE
        and character not in _EMPTY_LETTERS
        and not any(first <= code <= last for first, last in _SELECTORS)
    )
