"""Edit a line: apply fixes, change class ids; everything else keeps its bytes."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import msgspec

from groundtrain.json_text import decode_pieces
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.record_keys import Keys, is_fetched


def apply_fixes(
    line: bytes,
    keys: Keys,
    label_fixes: list[Callable[[Any, Any], Any]],
    address_fixes: list[Callable[[str], str]],
) -> bytes:
    """The line with fixes applied to its label, the label's metadata and its addresses."""
    pieces = decode_pieces(line)
    fixed: dict[str, Any] = {}
    if label_fixes:
        label, metadata = (msgspec.json.decode(pieces[key]) for key in (keys.label, keys.metadata))
        before = msgspec.json.encode((label, metadata))
        for fix_label in label_fixes:
            label = fix_label(label, metadata)
        if msgspec.json.encode((label, metadata)) == before and not address_fixes:
            return line
        fixed = _changed({keys.label: label, keys.metadata: metadata}, pieces)
    for key in filter(is_fetched, (keys.source, keys.label) if address_fixes else ()):
        address = msgspec.json.decode(pieces[key])
        if isinstance(address, str):
            fixed[key] = reduce(lambda text, fix: fix(text), address_fixes, address)
    return msgspec.json.encode({**pieces, **fixed})


def _changed(values: dict[str, Any], pieces: dict[str, msgspec.Raw]) -> dict[str, Any]:
    """Those that are not as they stand on the line."""
    return {
        key: value
        for key, value in values.items()
        if _dumped(msgspec.json.decode(pieces[key])) != _dumped(value)
    }


def _dumped(value: Any) -> bytes:
    return msgspec.json.encode(value)


def renumber(line: bytes, keys: Keys, label_type: LabelType, ids: Mapping[int, int]) -> bytes:
    """The line with the dataset's class ids; the same bytes when its ids are right already."""
    if label_type.renumber is None or all(old == new for old, new in ids.items()):
        return line
    pieces = decode_pieces(line)
    metadata = msgspec.json.decode(pieces[keys.metadata])
    label = label_type.renumber(msgspec.json.decode(pieces[keys.label]), metadata, dict(ids))
    return msgspec.json.encode({**pieces, keys.label: label, keys.metadata: metadata})


def respell(line: bytes, keys: Keys, spellings: Mapping[str, str]) -> bytes:
    """The line with other spellings of the names of classes."""
    pieces = decode_pieces(line)
    metadata = msgspec.json.decode(pieces[keys.metadata])
    if isinstance(names := metadata.get("class-map"), dict):
        metadata["class-map"] = {key: spellings.get(name, name) for key, name in names.items()}
    if (name := metadata.get("class-name")) in spellings:
        metadata["class-name"] = spellings[name]
    return msgspec.json.encode({**pieces, keys.metadata: metadata})
