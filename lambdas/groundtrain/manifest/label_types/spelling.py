"""Values that are spelled unusually and can mean one thing only, such as "10" or 0.0 where 10 or 0 belongs.

What is expected where is read off the type that a value is decoded into.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec

_WHOLE = re.compile(r"\s*([+-]?[0-9]{1,15})(?:\.0*)?\s*", re.ASCII)
_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*", re.ASCII)
_LONGEST = 40
_NUMBER_FIX, _NAME_FIX = "write the number (fix GT241)", "write the name as a text (fix GT241)"


class Respelled(NamedTuple):
    """A value that was spelled unusually: where, in words, and what to do."""

    at: str
    saw: str
    fix: str


class _Place(NamedTuple):
    """Where a value is: the path to what holds it, and its key there."""

    holder: str
    key: str

    @property
    def path(self) -> str:
        return f"{self.holder}{'.' if self.holder and self.key[:1] != '[' else ''}{self.key}"

    def says(self, value: Any, kind: str) -> str:
        name = f"entry {self.key}" if self.key[:1] == "[" else self.key or "the label"
        shown = msgspec.json.encode(value).decode()[:_LONGEST]
        return f"{name} is {shown}, {kind}{f', in {self.holder}' if self.holder else ''}"


def spell_plainly(value: Any, wanted: Any, *, names: bool = False) -> tuple[Any, list[Respelled]]:
    """The value as a decoder for the type `wanted` reads it, and what was respelled.

    Args:
        value: plain JSON; it is changed in place where it is a list or an object.
        wanted: a type that msgspec decodes.
        names: whether texts are names of classes, which may also be written as a number or null.
    """
    found: list[Respelled] = []
    return _plain(value, _expected(wanted), _Place("", ""), found, names), found


def plain_fix(label: Any, metadata: Any, wanted: tuple[Any, Any]) -> Any:
    """The fix for GT230 and GT241: returns the label, changes the metadata in place.

    `wanted` are the types that the two are decoded into.
    """
    spell_plainly(metadata, wanted[1], names=True)
    return spell_plainly(label, wanted[0])[0]


@cache
def _expected(wanted: Any) -> Any:
    from msgspec import inspect

    return inspect.type_info(wanted)


def _plain(value: Any, kind: Any, place: _Place, found: list[Respelled], names: bool) -> Any:
    if isinstance(value, dict | list):
        path = place.path
        for key, inner, inner_kind in list(_parts(value, kind)):
            name = f"[{key}]" if isinstance(key, int) else key
            value[key] = _plain(inner, inner_kind, _Place(path, name), found, names)
        return value
    plain, words, fix = _spelled(value, _scalars(kind), names)
    if words:
        found.append(Respelled(place.path, place.says(value, words), fix))
    return plain


def _parts(value: Any, kind: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Key, value and kind of what a list or an object holds."""
    about = type(kind).__name__
    if about == "UnionType":
        for one in kind.types:
            yield from _parts(value, one)
    elif about == "StructType" and isinstance(value, dict):
        fields = ((field.encode_name, field.type) for field in kind.fields)
        yield from ((key, value[key], inner) for key, inner in fields if key in value)
    elif about == "DictType" and isinstance(value, dict):
        yield from ((key, inner, kind.value_type) for key, inner in value.items())
    elif about == "ListType" and isinstance(value, list):
        yield from ((i, inner, kind.item_type) for i, inner in enumerate(value))
    elif about == "TupleType" and isinstance(value, list):
        yield from (
            (i, inner, one) for i, (inner, one) in enumerate(zip(value, kind.item_types, strict=False))
        )


def _scalars(kind: Any) -> frozenset[str]:
    kinds = kind.types if type(kind).__name__ == "UnionType" else (kind,)
    return frozenset(type(one).__name__ for one in kinds)


def _spelled(value: Any, kinds: frozenset[str], names: bool) -> tuple[Any, str, str]:
    """The plain value; in words how it was spelled, and what to do, or "" where it stays."""
    if "IntType" in kinds or "FloatType" in kinds:
        read = _whole if "IntType" in kinds else _number
        plain = read(value)
        if plain is not None and (type(plain) is not type(value)):
            return plain, "a text" if isinstance(value, str) else "with a decimal point", _NUMBER_FIX
    elif names and "StrType" in kinds and value is None:
        return "", "no name", "name the class"
    elif names and "StrType" in kinds and type(value) is int:
        return str(value), "a number", _NAME_FIX
    return value, "", ""


def _whole(value: Any) -> int | None:
    if isinstance(value, str):
        match = _WHOLE.fullmatch(value)
        return int(match[1]) if match else None
    return int(value) if type(value) is float and value.is_integer() and abs(value) < 1e15 else None


def _number(value: Any) -> float | None:
    if not isinstance(value, str) or not (match := _NUMBER.fullmatch(value)):
        return None
    whole = _whole(value)
    return float(match[1]) if whole is None else whole
