"""What the columns of a table say: found by their names, refused in words where that is not clear."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.csv_labels.column_names import (
    SPELLINGS,
    Named,
    has_centres,
    list_of_sides,
    plain,
)
from groundtrain.formats.labeled_items import LabelKind
from groundtrain.quantities import several

TYPES: dict[str, LabelKind] = {
    "object-detection": "boxes",
    "image-classification": "class",
    "image-classification-multilabel": "classes",
    "text-classification": "class",
    "text-classification-multilabel": "classes",
}
_PLACE = ("left", "top", "right", "bottom")
_LARGEST_NAMES = 12


class Columns(Struct, frozen=True):
    """Of a table, or of one row of JSON Lines.

    Attributes:
        key: names the image, or holds the text.
        is_text: which of the two.
        sides: left, top, and right and bottom or width and height; none where the kind is another.
        are_corners: whether the last two are right and bottom.
        size: width and height of the image, and depth if it is there.
        is_size_unclear: whether these two may be the box's.
        name, split: a class, and the side of the training; "" where there is none.
        marks: those of one class each, with 1 where it is there and 0 elsewhere.
        beside: all others.
    """

    kind: LabelKind
    key: str
    is_text: bool = False
    sides: tuple[str, ...] = ()
    are_corners: bool = False
    size: tuple[str, ...] = ()
    is_size_unclear: bool = False
    name: str = ""
    split: str = ""
    marks: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def find_columns(
    place: str, columns: Sequence[str], named: Named, type_name: str, class_name: str
) -> Columns:
    """What each of the columns says.

    Args:
        place: what has them, for messages.
        columns: as they are written.
        named: which of them are what, as far as a person says it.
        type_name: of the labels, a key of TYPES; "" for what the columns say.
        class_name: of all boxes of a table without a class.

    Raises:
        ManifestError: columns are missing, or may be one thing or another.
    """
    found = _Found(place, columns, named)
    key, is_text = found.key(prefers_text=type_name.startswith("text"))
    kind = TYPES.get(type_name) or found.kind(has_class=bool(class_name))
    sides, are_corners = found.sides() if kind == "boxes" else ((), False)
    name = found.of.get("class", "")
    if kind == "boxes" and not (name or class_name):
        raise found.lacking(
            "no column for the class", "say which it is: --columns class=COLUMN, or one for all: --class NAME"
        )
    size, is_unclear = found.size(are_corners=are_corners)
    taken = {key, name, *sides, *size, found.of.get("split", "")} - {""}
    others = tuple(column for column in columns if column not in taken and column not in named.ignored)
    marks = others if kind == "classes" and not name else ()
    if kind != "boxes" and not (name or marks):
        raise found.lacking("no column for the class", "say which it is: --columns class=COLUMN")
    return Columns(
        kind=kind,
        key=key,
        is_text=is_text,
        sides=sides,
        are_corners=are_corners,
        size=size if kind == "boxes" else (),
        is_size_unclear=is_unclear and kind == "boxes",
        name=name,
        split=found.of.get("split", ""),
        marks=marks,
        beside=() if marks else others,
    )


class _Found:
    """The columns by what they say."""

    def __init__(self, place: str, columns: Sequence[str], named: Named) -> None:
        self._place, self._columns, self._named = place, columns, named.columns
        for column in (*named.columns.values(), *named.ignored):
            if column not in columns:
                raise self.lacking(f"no column {column}", "correct --columns")
        self.of = dict(named.columns)
        taken = {*named.columns.values(), *named.ignored}
        for role, column in self._by_spelling([column for column in columns if column not in taken]):
            self.of.setdefault(role, column)

    def _by_spelling(self, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
        for role, spellings in SPELLINGS.items():
            found = [column for column in columns if plain(column) in spellings]
            if role == "key" and len(found) > 1:
                found = [column for column in found if plain(column) != "source"]
            if len(found) > 1 and role not in self.of:
                raise ManifestError(
                    f"{self._place}: the columns {several(found, 5)} may each be the {role}",
                    fix=f"say which it is: --columns {role}={found[0]}",
                )
            yield from ((role, column) for column in found)

    def key(self, *, prefers_text: bool) -> tuple[str, bool]:
        """The column of the image or text, and whether it is that of a text."""
        if "key" in self.of and not (prefers_text and "text" in self.of):
            return self.of["key"], False
        if "text" in self.of:
            return self.of["text"], True
        raise self.lacking(
            "no column that names the image, and none of a text",
            "call it key, filename, image or text, or say which it is: --columns key=COLUMN",
        )

    def kind(self, *, has_class: bool) -> LabelKind:
        """As few columns as one that says where a box is make a table of boxes."""
        if has_class or any(role in self.of for role in _PLACE) or ("key" in self.of and self._odd_sides()):
            return "boxes"
        return "class" if "class" in self.of else "classes"

    def sides(self) -> tuple[tuple[str, ...], bool]:
        """The four columns of a box, and whether they are those of corners."""
        are_corners = "right" in self.of or "bottom" in self.of
        roles = _PLACE if are_corners else ("left", "top", "width", "height")
        missing = [role for role in roles if role not in self.of]
        if missing and (odd := self._odd_sides()):
            raise self.lacking(*odd)
        if missing:
            raise self.lacking(
                f"no column for {' and '.join(missing)} of boxes",
                "call the columns left, top, width, height, or xmin, ymin, xmax, ymax, or say which they are:"
                f" --columns {missing[0]}=COLUMN",
            )
        return tuple(self.of[role] for role in roles), are_corners

    def _odd_sides(self) -> tuple[str, str] | None:
        """What says where a box is and is not read, and what to do about it."""
        if has_centres(self._columns):
            return "boxes by their centres", "write left (centre - width / 2) and top in their place"
        if column := list_of_sides(self._columns):
            return f"all sides of a box in the column {column}", "write a column for each side"
        return None

    def size(self, *, are_corners: bool) -> tuple[tuple[str, ...], bool]:
        """Columns of the size of the image, and whether they may be those of the box."""
        roles = ("image_width", "image_height", "image_depth")
        if "image_width" in self.of and "image_height" in self.of:
            return tuple(self.of[role] for role in roles if role in self.of), False
        are_free = {"width", "height"} <= self.of.keys() - self._named.keys()
        if are_corners and are_free:
            return (self.of["width"], self.of["height"]), True
        return (), False

    def lacking(self, what: str, fix: str) -> ManifestError:
        """The error for columns that do not do."""
        names = ", ".join(self._columns[:_LARGEST_NAMES])
        return ManifestError(f"{self._place} has {what} (its columns: {names})", fix=fix)
