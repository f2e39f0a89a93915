"""How large a page may become: labels are counted first, and images get what is left."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from groundtrain.reporting.page_file import escaped_json
from groundtrain.reporting.pictures import Names, Picture

LARGEST = 8_000_000
"""Bytes of a page."""
MOST_LABELS = 5_000_000
"""Bytes of what is told of the records on it, without their images."""

_FRAME, _COMPARED, _UNSHOWN = 200_000, 600_000, 900
_WIDEST = 6  # bytes of a character, such as \u003c
_ITEMS = ("findings", "boxes", "pieces", "classes", "colours")


def bytes_of(document: Any) -> int:
    """Bytes of a document on the page."""
    return len(escaped_json(document))


def left_for_labels(others: Any) -> int:
    """Bytes for the records beside all else that is told."""
    return max(0, min(MOST_LABELS, LARGEST - _FRAME - _COMPARED - bytes_of(others)))


def left_for_images(contents: Any, pictures: int, *, is_compared: bool) -> int:
    """Bytes for images beside what is told, which says of each picture why it has none."""
    told = bytes_of(contents) + _FRAME + pictures * _UNSHOWN
    return max(0, LARGEST - told - (_COMPARED if is_compared else 0))


def within(pictures: Sequence[Picture], names: Names, budget: int) -> tuple[Picture, ...]:
    """The pictures in so many bytes, names included; the fullest lose labels, which they count as not drawn.

    Those with a finding stay longest, and names that are on no picture any more are no longer shown.
    """
    known = names.known
    sizes = [bytes_of(one) + sum(map(names.bytes_of, _places(one) - known)) for one in pictures]
    if sum(sizes) <= budget:
        return tuple(pictures)
    most = _share(sizes, budget)
    cut = tuple(
        one if size <= most else _cut(one, names, most) for one, size in zip(pictures, sizes, strict=True)
    )
    names.keep({place for one in cut for place in _places(one)})
    return cut


def _share(sizes: Sequence[int], budget: int) -> int:
    """The size of the largest, where all that are smaller keep theirs."""
    for done, size in enumerate(sorted(sizes)):
        share = budget // (len(sizes) - done)
        if size > share:
            return share
        budget -= size
    return max(sizes)


def _cut(picture: Picture, names: Names, most: int) -> Picture:
    bare = replace(picture, **dict.fromkeys(_ITEMS, ()))
    left, seen = most - bytes_of(bare) - 100, set(names.known)
    kept: dict[str, tuple[Any, ...]] = {}
    for field in _ITEMS:
        items, taken = getattr(picture, field), list[Any]()
        for item in _in_rank(field, items or ()):
            new = {*_places_in(field, item)} - seen
            size = bytes_of(item) + 1 + sum(map(names.bytes_of, new))
            if size > left:
                taken += _beginning(field, item, left)
                left = 0
                break
            left -= size
            seen |= new
            taken.append(item)
        kept[field] = tuple(taken)
    if picture.pieces is None:
        del kept["pieces"]
    unsaid = picture.unsaid + len(picture.findings) - len(kept["findings"])
    return replace(picture, **kept, more=picture.more + _not_drawn(picture, kept), unsaid=unsaid)


def _in_rank(field: str, items: Sequence[Any]) -> Sequence[Any]:
    return sorted(items, key=lambda box: not box[5]) if field == "boxes" else items


def _beginning(field: str, item: Any, left: int) -> Iterator[Any]:
    """As much of a text as there is room for."""
    if field == "pieces" and (text := item[0][: max(0, left // _WIDEST - 10)]):
        yield f"{text}\N{HORIZONTAL ELLIPSIS}", (), item[2]


def _not_drawn(picture: Picture, kept: dict[str, tuple[Any, ...]]) -> int:
    def marked(pieces: Sequence[Any]) -> int:
        return sum(bool(piece[1]) for piece in pieces)

    fields = ("boxes", "classes", "colours")
    lost = sum(len(getattr(picture, field)) - len(kept[field]) for field in fields)
    return lost + marked(picture.pieces or ()) - marked(kept.get("pieces", ()))


def _places(picture: Picture) -> set[int]:
    """Places of the names on a picture."""
    of = ((field, item) for field in _ITEMS for item in getattr(picture, field) or ())
    return {place for field, item in of for place in _places_in(field, item)}


def _places_in(field: str, item: Any) -> Sequence[int]:
    if field == "pieces":
        return item[1]  # type: ignore[no-any-return]
    if field == "classes":
        return (item,)
    return () if field == "findings" else (item[0],)
