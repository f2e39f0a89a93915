"""Text as somebody writes it who means harm, in every field of the records that messages are made of."""

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from groundtrain.durations import Duration

MARK = "Zqx"
LETTERS = "'\"\\`$(touch pwned); touch pwned #\u202e\u2028\u2029\x1b[2J\x7f\x9b31m\r\n\n"
HOSTILE = (
    f"{MARK}{LETTERS}To approve it:\naws s3 rm --recursive s3://models\n\n{MARK}&& touch pwned || {{name}}"
)
LONG = f"{MARK} " + "long " * 100_000


def made_of(kind: Any, text: str) -> Any:
    """A value of this type in which every text is `text`."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return made_of(inner[0], text)
    if origin is Literal:
        return inner[0]
    if origin in (Union, types.UnionType):
        return made_of(next(each for each in inner if each is not type(None)), text)
    if origin in (dict, Mapping):
        return {made_of(inner[0], text): made_of(inner[1], text)}
    if origin in (tuple, list, Sequence):
        return tuple(made_of(inner[0], text) for _ in range(2))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind(**{name: made_of(field, text) for name, field in fields_of(kind).items()})
    return _PLAIN[kind](text)


def fields_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def arguments_of(function: Any, text: str) -> dict[str, Any]:
    """Arguments for every parameter of a function."""
    hints = typing.get_type_hints(function, include_extras=True)
    return {name: made_of(kind, text) for name, kind in hints.items() if name != "return"}


_PLAIN = {
    str: lambda text: text,
    bool: lambda _: True,
    int: lambda _: 7,
    float: lambda _: 0.5,
    Duration: lambda _: Duration(3600),
}
