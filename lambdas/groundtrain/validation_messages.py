"""Translate msgspec's validation messages on JSON and TOML into plain words."""

import re

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


def in_plain_words(complaint: str) -> str:
    """Such as "expected a list, got a text" for "Expected `array`, got `str`"."""
    words = _KIND.sub(lambda match: " or ".join(_KINDS[kind] for kind in match[1].split(" | ")), complaint)
    words = re.sub(r"(?i)^object missing required field `(.*)`$", r'the key "\1" is missing', words)
    words = re.sub(r"(?i)^object contains unknown field `(.*)`$", r'the key "\1" is unknown', words)
    return words[:1].lower() + words[1:]
