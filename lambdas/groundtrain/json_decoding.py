"""Decode JSON of any origin."""

from typing import TypeVar

import msgspec
from msgspec import Raw

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
