r"""Text that others wrote (in manifests, events, answers of AWS), made harmless and short before it is shown.

What a terminal would act upon (control and format characters, line separators, halves of characters) is
written as \u escapes. So is what a runner of GitHub Actions takes for a command in anything that is printed:
"::" where a line begins, and "##[" anywhere (actions/runner, ActionCommand.cs).
"""

import re
import unicodedata

OLD_COMMAND = "##["
_COMMAND = re.compile(r"^(\s*):(?=:)")
_WITHOUT_SHAPE = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"}
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def printable(text: str) -> str:
    r"""The text in one line, without what a terminal would act upon: such characters become \u escapes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def printable_start(text: str, most: int) -> str:
    """At most so many characters of it, printable; dots say that there was more."""
    start = printable(text[: most + 1])
    return start if len(start) <= most else f"{start[:most]}..."


def printable_line(text: str) -> str:
    """The text as a line of output of its own, which no terminal and no workflow runner acts upon."""
    return _COMMAND.sub(r"\1\\u003a", printable(text).replace(OLD_COMMAND, r"#\u0023["))


def is_blank(text: str) -> bool:
    """Whether the text has no visible character: only spaces, and characters without a shape of their own."""
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


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"
