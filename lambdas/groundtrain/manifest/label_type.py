"""What a label type brings along: one such record per module of a type."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, Self

from msgspec import Struct

from groundtrain.manifest.keys import SOURCE_REF, Keys, is_fetched
from groundtrain.manifest.metadata import Metadata


class Record(Protocol):
    """One line, decoded: the source's address or text, the label, the label's metadata."""

    source: str
    label: Any
    metadata: Any


class Observation(NamedTuple):
    """What a rule saw: where in the label ("" for all of it), and in words."""

    at: str
    saw: str


class Tally(Protocol):
    """Statistics over records; two of them can be added up, in any order."""

    def add(self, record: Any, ids: Mapping[int, int]) -> None:
        """Count a record; `ids` gives the class id in the dataset for each id on the line."""
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


def _proves_nothing(_: Any) -> bool:
    return False


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
        class_ids: classes on the record.
        class_names: the record's names by class id as text.
        renumber: gives back the label (plain JSON) with other class ids and puts the metadata right in place;
            None when no id is written in a line.
        background: name of class 0 where the label category file does not list it.
        has_objects: False for the valid answer "there is nothing here".
        checks: by rule code, what looks for it in a record.
        fixes: by rule code, what mends a label (plain JSON) in place.
        string_counts: number of JSON strings, keys included, in label and metadata of a record, if they hold
            no unknown or repeated keys and no failure-reason; None when counting proves nothing.
        is_clean: True when no check can find anything; the fast way past `checks`, which are the truth.
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
    class_ids: Callable[[Any], set[int]]
    class_names: Callable[[Any], Mapping[str, str]]
    renumber: Callable[[Any, dict[str, Any], dict[int, int]], Any] | None
    background: str = ""
    has_objects: Callable[[Any], bool]
    tally: Callable[[], Tally]
    checks: Mapping[str, Callable[[Any], Iterator[Observation]]] = {}
    fixes: Mapping[str, Callable[[Any], None]] = {}
    string_counts: Callable[[Any], tuple[int, int]] | None = None
    is_clean: Callable[[Any], bool] = _proves_nothing
    in_words: Callable[[Mapping[str, float]], tuple[tuple[str, str], ...]] = _no_further_figures
    use: str = ""


def fetched_fields(keys: Keys, label_type: LabelType) -> Iterator[tuple[str, str]]:
    """Fields of a record that are addresses in S3, with their keys."""
    if is_fetched(keys.source):
        yield "source", keys.source
    if label_type.by_reference:
        yield "label", keys.label
