"""Pictures of the chosen records, as the page draws them: an image or none, with the labels over it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.printable_text import printable_start
from groundtrain.reporting.choice import Chosen
from groundtrain.reporting.labels_drawn import LabelDrawn, draw
from groundtrain.reporting.page_file import escaped_json
from groundtrain.reporting.shown_lengths import ADDRESS, NAME, TEXT

_ITEM = re.compile(r"(?:annotations|entities)\[([0-9]+)\]")
_LONGEST_PIECE, _MOST_FINDINGS = 4000, 12


class Thumbnail(Struct, frozen=True):
    """An image made small.

    Attributes:
        data: its address, with the image in it ("data:…"); "" where there was no room left for it.
        size: width and height of the whole image in pixels.
    """

    data: str
    size: tuple[int, int]


class MaskThumbnail(Struct, frozen=True):
    """A mask made small, and the share of its pixels by value."""

    data: str
    size: tuple[int, int]
    shares: Mapping[int, float]


class Thumbnails(Protocol):
    """Makes images small; both methods raise ImageError where one cannot be shown."""

    def of_image(self, uri: str, stated: tuple[int, int] | None) -> Thumbnail:
        """The image at an address; `stated` is its size by the label."""
        ...

    def of_mask(self, uri: str, colours: Mapping[int, str]) -> MaskThumbnail:
        """The mask at an address, in colours by pixel value; values without one are not drawn."""
        ...

    def leave(self, characters: int) -> None:
        """From here on all images together have so many characters at most."""
        ...


class Picture(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One record; places of classes are those in `names` of the contents.

    Attributes:
        side: place among the sides; None where the record is left out.
        image, mask: addresses that hold the images.
        missing: why there is no image.
        boxes: class, left, top, width, height, and 1 where a finding is on it.
        pieces: of a text: the piece, its classes, and 1 where a finding is on it; None for images.
        colours: of classes in the mask.
        findings: code and what was seen.
        more: items that are not drawn.
        unsaid: findings that are not listed.
    """

    line: int
    source: str
    manifest: str = ""
    side: int | None = None
    size: tuple[int, int] | None = None
    image: str = ""
    missing: str = ""
    mask: str = ""
    boxes: tuple[tuple[int, float, float, float, float, int], ...] = ()
    classes: tuple[int, ...] = ()
    pieces: tuple[tuple[str, tuple[int, ...], int], ...] | None = None
    colours: tuple[tuple[int, str], ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    more: int = 0
    unsaid: int = 0


class Names:
    """Names of classes, each at a place of its own."""

    def __init__(self, names: Iterable[str]) -> None:
        self._places = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self.known = frozenset(self._places.values())
        self._texts = [printable_start(name, NAME) for name in self._places]
        self._not_shown = set[int]()

    def place(self, name: str) -> int:
        """The place of a name, which is added if it is new."""
        place = self._places.setdefault(name, len(self._places))
        if place == len(self._texts):
            self._texts.append(printable_start(name, NAME))
        self._not_shown.discard(place)
        return place

    def shown(self) -> tuple[str, ...]:
        """All of them, as they are shown; "" where nothing shows it."""
        return tuple("" if place in self._not_shown else text for place, text in enumerate(self._texts))

    def bytes_of(self, place: int) -> int:
        """Bytes of a name on the page."""
        return len(escaped_json(self._texts[place])) + 1

    def keep(self, places: Collection[int]) -> None:
        """Show these, and those that were known from the beginning."""
        self._not_shown = {*range(len(self._texts))} - {*places} - self.known


def pictures_of(chosen: Sequence[Chosen], label_type: LabelType, names: Names) -> Iterator[Picture]:
    """The pictures, in their order, without images."""
    for one in chosen:
        yield _picture(one, drawn_of(one, label_type), names)


def drawn_of(one: Chosen, label_type: LabelType) -> LabelDrawn:
    """What is drawn of a record; nothing where it could not be read."""
    return LabelDrawn() if one.seen.record is None else draw(one.seen.record, label_type)


def _picture(one: Chosen, drawn: LabelDrawn, names: Names) -> Picture:
    seen = one.seen
    faulty = {int(found[1]) for each in seen.findings if (found := _ITEM.search(each.path))}
    pieces = tuple(
        (
            printable_start(piece.text, _LONGEST_PIECE),
            tuple(map(names.place, piece.names)),
            int(bool(faulty & {*places})),
        )
        for piece, places in zip(drawn.pieces, drawn.spans or ((),) * len(drawn.pieces), strict=True)
    )
    return Picture(
        line=seen.line,
        source=printable_start(seen.source, ADDRESS),
        manifest=printable_start(seen.manifest, ADDRESS),
        side=None if seen.side is None else SIDES.index(seen.side),
        size=drawn.size,
        boxes=tuple(
            (names.place(box.name), box.left, box.top, box.width, box.height, int(box.place in faulty))
            for box in drawn.boxes
        ),
        classes=tuple(map(names.place, (*drawn.classes, *(name for _, name in drawn.colours.values())))),
        pieces=pieces if drawn.pieces else None,
        colours=tuple((names.place(name), colour) for colour, name in drawn.colours.values() if colour),
        findings=tuple(
            (each.code, printable_start(each.message, TEXT)) for each in seen.findings[:_MOST_FINDINGS]
        ),
        reasons=one.reasons,
        more=drawn.not_drawn,
        unsaid=max(0, len(seen.findings) - _MOST_FINDINGS),
    )
