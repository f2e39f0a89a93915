"""JSON in and out: decoded whatever its origin, refused in plain words, written so that it may be printed."""

import json
import re
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Raw

from groundtrain.printable_text import OLD_COMMAND

_KINDS = {
    "array": "a list",
    "object": "an object",
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
}
_KIND = re.compile(rf"`((?:{'|'.join(_KINDS)})(?: \| (?:{'|'.join(_KINDS)}))*)`")
_Type = TypeVar("_Type")

decode_pieces = msgspec.json.Decoder(dict[str, Raw]).decode
"""The values of an object by key, not decoded themselves. Raises what msgspec raises."""


def decode_json(text: str | bytes, kind: type[_Type]) -> _Type:
    """Decode JSON into a type; unlike msgspec, invalid UTF-8 and deep nesting raise a DecodeError too.

    Raises:
        msgspec.DecodeError: it is not JSON, or not of this type.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"not UTF-8 ({error.reason} at byte {error.start})") from error
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error


def in_plain_words(complaint: str) -> str:
    """What msgspec says of JSON or TOML: "expected a list, got a text" for "Expected `array`, got `str`"."""
    words = _KIND.sub(lambda match: " or ".join(_KINDS[kind] for kind in match[1].split(" | ")), complaint)
    words = re.sub(r"(?i)^object missing required field `(.*)`$", r'the key "\1" is missing', words)
    words = re.sub(r"(?i)^object contains unknown field `(.*)`$", r'the key "\1" is unknown', words)
    return words[:1].lower() + words[1:]


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


def dump_ascii_json(document: Any) -> bytes:
    """A JSON document in one line of ASCII, for files of lines: some readers end a line at U+2028, too."""
    encoded = dump_json(document)
    if encoded.isascii():
        return encoded
    return "".join(c if c.isascii() else _json_escaped(c) for c in encoded.decode()).encode()


def _harmless_json(encoded: bytes) -> bytes:
    """Outside of its strings JSON has none of these characters but line ends."""
    if OLD_COMMAND.encode() in encoded:
        encoded = encoded.replace(OLD_COMMAND.encode(), rb"#\u0023[")
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return "".join(c if c.isprintable() or c == "\n" else _json_escaped(c) for c in encoded.decode()).encode()


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
