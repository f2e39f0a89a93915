"""What a label type brings along: one such record per module of a type."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

from msgspec import Struct

from groundtrain.manifest.keys import SOURCE_REF, Keys, is_fetched
from groundtrain.manifest.label_types.metadata import Metadata


class Record(Protocol):
    """One line, decoded: the source's address or text, the label, the label's metadata."""

    source: str
    label: Any
    metadata: Any


class Observation(NamedTuple):
    """What a rule saw: where in the label ("" for all of it), and in words."""

    at: str
    saw: str


class Look(Struct, gc=False):
    """What one look at a record shows.

    Attributes:
        items: class id of each item that is counted, repeated as there.
        classes: ids of the classes that the record shows.
        sizes: of the items, where they are measured.
        is_clean: True when none of the type's checks can find anything; False proves nothing.
        strings: number of JSON strings, keys included, that label and metadata hold if no key is unknown,
            failure-reason or there twice; 0 where that is not counted.
    """

    items: Collection[int]
    classes: Collection[int]
    sizes: Collection[float] = ()
    is_clean: bool = False
    strings: int = 0

    def renumbered(self, ids: Mapping[int, int]) -> "Look":
        """With other class ids; those not in `ids` stay."""
        items, classes = ([ids.get(i, i) for i in found] for found in (self.items, self.classes))
        return Look(items, classes, self.sizes, self.is_clean, self.strings)


class Tally(Protocol):
    """Statistics over records; two of them can be added up, in any order."""

    def add(self, record: Any, look: Look) -> None:
        """Count a record; the class ids that `look` has are those in the dataset."""
        ...

    def merged(self, other: Self) -> Self:
        """The tally of both sets of records."""
        ...

    def statistics(self) -> dict[str, float]:
        """Named figures for dataset.json: the type's noun, "most_" with it, "without_objects" and more."""
        ...

    def items_by_class(self) -> Mapping[int, int]:
        """How often each class was marked, such as boxes by class id."""
        ...


def _says_nothing(_: Any) -> None:
    return None


def _no_further_figures(_: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    return ()


class LabelType(Struct, frozen=True, kw_only=True):
    """How records of one label type are read, checked, counted and rewritten.

    Attributes:
        name: as Ground Truth spells it in the metadata, in lower case.
        noun: what a label is made of, in the plural, such as "boxes".
        label, metadata: the types their values are decoded into.
        source_keys: where the source may be, the usual key first.
        by_reference: the label is the address of a file; its attribute's name ends in -ref, and the class
            ids, being in the file, stay as they are.
        of_images: the source is an image.
        image_size: width and height of the image as the label states them, None where it does not.
        mask_colours: of a label that is the address of a mask: "#rrggbb" by value of its pixels, "" where no
            colour is known; None for other labels.
        look: goes over a record once; the fast way past `checks`, which are the truth.
        class_names: the record's names by class id as text.
        renumber: gives back the label (plain JSON) with other class ids and puts the metadata right in place;
            None when no id is written in a line.
        background: name of class 0 where the label category file does not list it.
        has_objects: False for the valid answer "there is nothing here".
        checks: by rule code, what looks for it in a record.
        checks_together: by rule code, what looks for it in the tally of all records, given the classes; what
            is seen, in words.
        fixes: by rule code, what mends a label (plain JSON) in place.
        in_words: statistics beyond the counts, for a person: what, and how much.
        use: what the labels are good for, where no algorithm of SageMaker's reads them; "" otherwise.
    """

    name: str
    noun: str
    label: Any
    metadata: type[Metadata]
    source_keys: tuple[str, ...] = (SOURCE_REF,)
    by_reference: bool = False
    of_images: bool = True
    image_size: Callable[[Any], tuple[int, int] | None] = _says_nothing
    mask_colours: Callable[[Any], Mapping[int, str]] | None = None
    look: Callable[[Any], Look]
    class_names: Callable[[Any], Mapping[str, str]]
    renumber: Callable[[Any, dict[str, Any], dict[int, int]], Any] | None
    background: str = ""
    has_objects: Callable[[Any], bool]
    tally: Callable[[], Tally]
    checks: Mapping[str, Callable[[Any], Iterator[Observation]]] = {}
    checks_together: Mapping[str, Callable[[Any, Sequence[str]], Iterator[str]]] = {}
    fixes: Mapping[str, Callable[[Any], None]] = {}
    in_words: Callable[[Mapping[str, float]], tuple[tuple[str, str], ...]] = _no_further_figures
    use: str = ""


def fetched_fields(keys: Keys, label_type: LabelType) -> Iterator[tuple[str, str]]:
    """Fields of a record that are addresses in S3, with their keys."""
    if is_fetched(keys.source):
        yield "source", keys.source
    if label_type.by_reference:
        yield "label", keys.label
