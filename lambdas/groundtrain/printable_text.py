r"""Text that others wrote (in manifests, events, answers of AWS), made harmless before people see it.

What a terminal would act upon (control and format characters, line separators, halves of characters) is
written as \u escapes. So is what a runner of GitHub Actions takes for a command in anything that is printed:
"::" where a line begins, and "##[" anywhere (actions/runner, ActionCommand.cs).
"""

import json
import re
from typing import Any, Literal

import msgspec

_OLD_COMMAND = "##["
_COMMAND = re.compile(r"^(\s*):(?=:)")


def printable(text: str) -> str:
    r"""The text in one line, without what a terminal would act upon: such characters become \u escapes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def printable_line(text: str) -> str:
    """The text as a line of output of its own, which no terminal and no workflow runner acts upon."""
    return _COMMAND.sub(r"\1\\u003a", printable(text).replace(_OLD_COMMAND, r"#\u0023["))


def dump_json(
    document: Any, *, indent: int = 0, order: Literal["deterministic", "sorted"] | None = None
) -> bytes:
    """A JSON document that may be printed; whoever parses it gets every text as it was.

    Args:
        document: anything that msgspec can encode; texts may hold halves of characters, as file names do.
        indent: spaces for each level; 0 for one line. There is no final newline.
        order: see `msgspec.json.encode`.
    """
    try:
        encoded = msgspec.json.encode(document, order=order)
    except UnicodeEncodeError:
        ascii_only = json.dumps(msgspec.to_builtins(document, order=order), indent=indent or None)
        return _harmless_json(ascii_only.encode())
    return _harmless_json(msgspec.json.format(encoded, indent=indent) if indent else encoded)


def _harmless_json(encoded: bytes) -> bytes:
    """Outside of its strings JSON has none of these characters but line ends."""
    if _OLD_COMMAND.encode() in encoded:
        encoded = encoded.replace(_OLD_COMMAND.encode(), rb"#\u0023[")
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return "".join(c if c.isprintable() or c == "\n" else _json_escaped(c) for c in encoded.decode()).encode()


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"
