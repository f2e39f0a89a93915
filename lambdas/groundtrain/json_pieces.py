"""A long JSON document in small pieces, with lists that are computed as they are written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

from msgspec import UNSET, Struct, structs

from groundtrain.json_text import dump_json

_BATCH = 1000
_Item = TypeVar("_Item", covariant=True)
Order = Literal["deterministic"] | None


class ComputedSequence(Sequence[_Item]):
    """So many items, each of which is computed whenever it is asked for."""

    def __init__(self, length: int, item: Callable[[int], _Item]) -> None:
        self._places, self._item = range(length), item

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> _Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[_Item]: ...
    def __getitem__(self, place: int | slice) -> _Item | Sequence[_Item]:
        places = self._places[place]
        return self._item(places) if isinstance(places, int) else [*map(self._item, places)]


def json_pieces(document: Any, *, order: Order = None) -> Iterator[bytes]:
    """What `dump_json` makes of the document with an indent of 2; it may hold sequences of any kind."""
    return _pieces(document, order, b"\n")


def _pieces(value: Any, order: Order, margin: bytes) -> Iterator[bytes]:
    inner = margin + b"  "
    if isinstance(value, Struct):
        values = ((field.encode_name, getattr(value, field.name)) for field in structs.fields(value))
        for number, (name, one) in enumerate((name, one) for name, one in values if one is not UNSET):
            yield (b"," if number else b"{") + inner + dump_json(name) + b": "
            yield from _pieces(one, order, inner)
        yield margin + b"}"
    elif _is_short(value) and any(isinstance(item, Struct) for item in value):
        for number, item in enumerate(value):
            yield (b"," if number else b"[") + inner
            yield from _pieces(item, order, inner)
        yield margin + b"]"
    else:
        yield from _batches(value, order, margin)


def _batches(value: Any, order: Order, margin: bytes) -> Iterator[bytes]:
    """Items of a long sequence or mapping, many at once; anything else as a whole."""
    if isinstance(value, Mapping):
        keys = sorted(value) if order else list(value)
        some = ({key: value[key] for key in keys[at : at + _BATCH]} for at in range(0, len(keys), _BATCH))
        yield from _joined(some, order, margin) if keys else (b"{}",)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = ([*value[at : at + _BATCH]] for at in range(0, len(value), _BATCH))
        yield from _joined(items, order, margin) if value else (b"[]",)
    else:
        yield dump_json(value, order=order)


def _joined(batches: Iterable[Any], order: Order, margin: bytes) -> Iterator[bytes]:
    text = b""
    for batch in batches:
        comma, text = text and b",", dump_json(batch, indent=2, order=order)
        yield (comma or text[:1]) + text[1:-2].replace(b"\n", margin)
    yield margin + text[-1:]


def _is_short(value: Any) -> bool:
    return isinstance(value, list | tuple | ComputedSequence) and len(value) <= _BATCH
