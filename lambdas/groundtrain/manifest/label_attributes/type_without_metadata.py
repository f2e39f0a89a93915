"""Tell what a value without metadata could be a label of, by its shape and by the source beside it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.record_keys import FETCHED, METADATA, SOURCE, SOURCE_REF, is_fetched

_TYPE = "groundtruth/"
_TEXTS = (".txt", ".text")
_CLIPS = (".mp4", ".mov", ".avi", ".mkv", ".webm")
_MASKS = (".png",)
_SHOWN = 40


class Look(Struct, frozen=True):
    """What an attribute looks like.

    Attributes:
        source, metadata: keys of the source and of the metadata beside it; metadata may be missing.
        type: label type that its values could be of.
        example: such a value, cut to a few characters.
    """

    name: str
    source: str
    metadata: str
    type: str
    example: str

    def __str__(self) -> str:
        return f"{self.name} (such as {self.example}) looks like {self.type}"


def source_key(pieces: Mapping[str, Raw], label: str = "") -> str:
    """Key of the source: source-ref, source, or else the only address under another name."""
    if SOURCE_REF in pieces or SOURCE in pieces:
        return SOURCE_REF if SOURCE_REF in pieces else SOURCE
    addresses = [key for key in pieces if is_fetched(key) and key != label and key + METADATA not in pieces]
    return addresses[0] if len(addresses) == 1 else SOURCE_REF


def metadata_key(pieces: Mapping[str, Raw], name: str) -> str:
    """The Developer Guide shows both `streets-ref-metadata` and `streets-metadata`."""
    shorter = name.removesuffix(FETCHED) + METADATA
    return name + METADATA if name + METADATA in pieces or shorter not in pieces else shorter


def looks_of(pieces: Mapping[str, Raw], names: Iterable[str], types: Collection[str] = ()) -> Iterator[Look]:
    """Looks of those of the attributes of a line that could be labels; one of `types`, where one fits."""
    for name in names:
        source = source_key(pieces, name)
        possible = _possible(_value(pieces.get(name)), source, str(_value(pieces.get(source)) or ""))
        if name not in {SOURCE, SOURCE_REF, source} and possible:
            kind = next((kind for kind in possible if kind in types), possible[0])
            shown = bytes(pieces[name]).decode(errors="replace")
            yield Look(
                name,
                source,
                metadata_key(pieces, name),
                kind,
                shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…",
            )


def most_frequent(looks: Iterable[Look]) -> dict[str, Look]:
    """For each name the first look that has its most frequent type and keys."""
    first: dict[str, dict[tuple[str, ...], Look]] = {}
    times: Counter[tuple[str, ...]] = Counter()
    for look in looks:
        kind = look.type, look.source, look.metadata
        first.setdefault(look.name, {}).setdefault(kind, look)
        times[look.name, *kind] += 1
    return {name: kinds[max(kinds, key=lambda kind: times[name, *kind])] for name, kinds in first.items()}


def _possible(value: Any, source: str, address: str) -> list[str]:
    """Possible types, the likeliest first."""
    if isinstance(value, dict):
        return [f"{_TYPE}object-detection"] if isinstance(value.get("annotations"), list) else []
    if isinstance(value, str) and value.startswith("s3://"):
        return [f"{_TYPE}semantic-segmentation"] if value.lower().endswith(_MASKS) else []
    if isinstance(value, list):
        kinds = _classifications(source, address) if all(map(_is_id, value)) else []
        return [f"{kind}-multilabel" for kind in kinds if "video" not in kind]
    return _classifications(source, address) if _is_id(value) else []


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and value == int(value)


def _classifications(source: str, address: str) -> list[str]:
    image, text, clip = (f"{_TYPE}{what}-classification" for what in ("image", "text", "video"))
    if not is_fetched(source):
        return [text]
    if address.lower().endswith(_TEXTS):
        return [text]
    return [clip] if address.lower().endswith(_CLIPS) else [image, text]


def _value(piece: Raw | None) -> Any:
    try:
        return None if piece is None else msgspec.json.decode(piece)
    except DECODE_ERRORS:
        return None
