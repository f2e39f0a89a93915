"""Explain why a line could not be read as a record."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw

from groundtrain.json_text import in_plain_words
from groundtrain.manifest.label_types.shapes import contradicts, shape_of, type_by_shape
from groundtrain.record_keys import FETCHED, METADATA, Keys
from groundtrain.rules.findings import Finding
from groundtrain.shell_commands import shell_argument

_Pieces = dict[str, Raw]
_SHOWN = 3
_NULL = Raw(b"null")


DECODE_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def explain(line: bytes, keys: Keys, type_name: str, complaint: Exception) -> Finding:
    """The first rule that an unreadable line breaks.

    Args:
        line: the line.
        keys: the keys that were read.
        type_name: name of the expected label type.
        complaint: the exception raised on decoding the line, one of `DECODE_ERRORS`.
    """
    try:
        line.decode()
        pieces = msgspec.json.decode(line, type=_Pieces)
    except UnicodeDecodeError as error:
        return Finding.unplaced(
            "GT104", f"byte 0x{line[error.start]:02x} at position {error.start} is not UTF-8"
        )
    except msgspec.ValidationError:
        return Finding.unplaced("GT102", f"the line is {_kind(line)}")
    except (msgspec.DecodeError, RecursionError) as error:
        return Finding.unplaced("GT101", _reason(error))
    return next(_misfits(pieces, keys, type_name), None) or _complaint(complaint)


def explain_overlooked(line: bytes) -> Finding | None:
    """Faults that decoding misses in unknown keys: a repeated key, a number out of range."""
    if _is_decoded_whole(line):
        return None
    try:
        json.loads(line, object_pairs_hook=_refuse_repeated, parse_float=str, parse_int=str)
        msgspec.json.decode(line)
    except _RepeatedKeyError as error:
        return Finding.unplaced("GT105", f'the key "{error}" is there twice')
    except DECODE_ERRORS as error:
        return _complaint(error)
    return None


def _is_decoded_whole(line: bytes) -> bool:
    """True when the line's values, written again, have as many quotation marks: no key was there twice.

    With a backslash there may be quotation marks within texts, so that nothing is told.
    """
    try:
        again = msgspec.json.encode(msgspec.json.decode(line))
        return b"\\" not in line and again.count(b'"') == line.count(b'"')
    except (OverflowError, *DECODE_ERRORS):
        return False


def _complaint(error: Exception) -> Finding:
    if not isinstance(error, msgspec.ValidationError):
        return Finding.unplaced("GT101", _reason(error))
    complaint, _, path = str(error).partition(" - at `")
    path = path.removesuffix("`") or "$"
    where = path.partition(".")[2].partition(".")[2] or path.removeprefix("$").removeprefix(".")
    words = in_plain_words(complaint)
    return Finding.unplaced("GT205", f"{words}, in {where}" if where else words, path)


def _reason(error: Exception) -> str:
    return (
        "nested too deeply"
        if isinstance(error, RecursionError)
        else str(error).removeprefix("JSON is malformed: ")
    )


def _misfits(pieces: _Pieces, keys: Keys, type_name: str) -> Iterator[Finding]:
    """Explanations of a line of the wrong shape, the most telling first."""
    source = _value(pieces.get(keys.source))
    metadata = _metadata(pieces, keys)
    if "failure-reason" in metadata:
        yield Finding.unplaced(
            "GT202", str(_value(metadata["failure-reason"])), f"$.{keys.metadata}.failure-reason"
        )
    if not isinstance(source, str) or not source:
        yield Finding.unplaced(
            "GT106",
            f"no {keys.source}" if keys.source not in pieces else f"{keys.source} is {_short(source)}",
            f"$.{keys.source}",
        )
    yield from _missing_halves(pieces, keys, type_name)
    kind = _value(metadata.get("type"))
    yield from _other_shape(pieces, keys, metadata, kind)
    if isinstance(kind, str) and kind.lower() != type_name:
        yield Finding.unplaced("GT206", f"{kind} instead of {type_name}", f"$.{keys.metadata}.type")


def _other_shape(pieces: _Pieces, keys: Keys, metadata: _Pieces, kind: Any) -> Iterator[Finding]:
    """GT245: the label has the shape of another type than the metadata says."""
    label = _value(pieces.get(keys.label))
    shape = shape_of(label)
    if shape is not None and isinstance(kind, str) and contradicts(label, kind.lower()):
        saw = f"{keys.label} holds {shape.words}, but its metadata says {kind}"
        fix = f"write {type_by_shape(label, keys.source, metadata)} (fix GT245)"
        if shape.words == "boxes" and any(
            isinstance(box.get("class_id"), str) for box in label["annotations"]
        ):
            fix += ", and class ids as numbers (fix GT241)"
        yield Finding.unplaced("GT245", saw, f"$.{keys.metadata}.type", fix)


def _missing_halves(pieces: _Pieces, keys: Keys, type_name: str) -> Iterator[Finding]:
    source, label, metadata = keys
    if bytes(pieces.get(label, _NULL)) == b"null" and metadata not in pieces:
        others = [key for key in pieces if key not in {source, label} and _is_label(key, pieces)]
        instead = f", but a label under {' and '.join(others[:_SHOWN])}" if others else ""
        alike = [name for name in others if _type_of(name, pieces) == type_name]
        take = " ".join(f"--take {shell_argument(name)}" for name in (label, *alike))
        fix = f"join them: groundtrain merge FILE {take} --output FILE" if alike else ""
        yield Finding.unplaced("GT201", f"neither {label} nor {metadata}{instead}", fix=fix)
    elif label not in pieces:
        yield Finding.unplaced("GT203", f"{metadata} without {label}")
    elif metadata not in pieces:
        yield Finding.unplaced("GT203", f"{label} without {metadata}")


def _type_of(label: str, pieces: _Pieces) -> str:
    keys = (label + METADATA, label.removesuffix(FETCHED) + METADATA)
    metadata = next((_metadata(pieces, Keys("", label, key)) for key in keys if key in pieces), {})
    return str(_value(metadata.get("type"))).lower()


def _is_label(key: str, pieces: _Pieces) -> bool:
    return key + METADATA in pieces or key.removesuffix(FETCHED) + METADATA in pieces


def _metadata(pieces: _Pieces, keys: Keys) -> _Pieces:
    try:
        return msgspec.json.decode(pieces.get(keys.metadata, Raw(b"{}")), type=_Pieces)
    except DECODE_ERRORS:
        return {}


def _value(piece: Raw | None) -> Any:
    try:
        return None if piece is None else msgspec.json.decode(piece)
    except DECODE_ERRORS:
        return None


def _kind(line: bytes) -> str:
    return {b"[": "a list", b'"': "a text"}.get(line.lstrip()[:1], "a single value")


def _short(value: object) -> str:
    return msgspec.json.encode(value).decode()[:80]


class _RepeatedKeyError(ValueError):
    pass


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise _RepeatedKeyError(key)
        seen.add(key)
