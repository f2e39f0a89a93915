"""What the module of a label type provides: one `LabelType`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

from msgspec import Struct, defstruct

from groundtrain.manifest.label_types.metadata import Metadata
from groundtrain.manifest.label_types.union import LabelAndMetadata, UnitedLabel
from groundtrain.record_keys import SOURCE_REF, Keys, is_fetched
from groundtrain.rules.findings import Finding


class Record(Protocol):
    """One line, decoded: the source's address or text, the label, the label's metadata."""

    source: str
    label: Any
    metadata: Any


class RecordSummary(Struct, gc=False):
    """What one pass over a record's items gives.

    Attributes:
        items: class id of each item that is counted, with repetitions.
        classes: ids of the classes that the record shows.
        may_find: codes of the type's checks that may find something; none of the others can.
        strings: number of JSON strings, keys included, that label and metadata hold at the least: as many as
            they hold if no key is unknown, repeated or failure-reason. 0 where they are not counted.
        sizes: sizes of the items, for types that measure them.
    """

    items: Collection[int]
    classes: Collection[int]
    may_find: Collection[str]
    strings: int = 0
    sizes: Collection[float] = ()

    @property
    def is_clean(self) -> bool:
        """Whether none of the type's checks can find anything."""
        return not self.may_find

    def renumbered(self, ids: Mapping[int, int], *, once: bool = False) -> "RecordSummary":
        """The same with other class ids; those not in `ids` stay. With `once` each is counted once."""
        items, classes = [ids.get(i, i) for i in self.items], {ids.get(i, i) for i in self.classes}
        items = [*dict.fromkeys(items)] if once else items
        return RecordSummary(items, classes, self.may_find, self.strings, self.sizes)


class Tally(Protocol):
    """Statistics over records; two of them can be added up, in any order."""

    def add_all(self, records: Sequence[Any], summaries: Sequence[RecordSummary]) -> None:
        """Count records; the summaries have the class ids of the dataset."""
        ...

    def merged(self, other: Self) -> Self:
        """The tally of both sets of records."""
        ...

    def statistics(self) -> dict[str, float]:
        """Statistics for dataset.json: the type's noun, "most_" and the noun, "without_objects", others."""
        ...

    def items_by_class(self) -> Mapping[int, int]:
        """Number of items by class id, such as boxes."""
        ...


class Alternative(NamedTuple):
    """Why no SageMaker algorithm reads labels, and what to do with them all the same; each is one clause."""

    why: str
    advice: str


class Habits(Protocol):
    """How the labels of a file are written, gathered record by record, whether or not they can be used.

    Attributes:
        is_watching: whether all records are looked at; else those that stand out, and others are counted.
    """

    is_watching: bool

    def stands_out(self, record: Any, summary: RecordSummary) -> bool:
        """Whether the record's label is looked at in any case; what was gathered has no say in it."""
        ...

    def add(self, record: Any, summary: RecordSummary) -> None:
        """Look at a record's label."""
        ...

    def count(self, items: int) -> None:
        """Count items of records that need no look."""
        ...

    def fault(self) -> "FileFault | None":
        """What is wrong with all labels; None where they are sound, or too few to tell."""
        ...

    def warning(self) -> Finding | None:
        """What may be wrong with all labels."""
        ...


class FileFault(NamedTuple):
    """One fault of a whole file, for which no record of it can be used.

    Attributes:
        explains: codes of rules whose findings on single lines follow from it; their fixes are refused.
    """

    finding: Finding
    explains: frozenset[str]


def _says_nothing(_: Any) -> None:
    return None


def _no_further_figures(_: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    return ()


class LabelType(Struct, frozen=True, kw_only=True):
    """How records of one label type are read, checked, counted and rewritten.

    Attributes:
        name: as Ground Truth spells it in the metadata, in lower case.
        noun: what a label consists of, in the plural, such as "boxes".
        label, metadata: the types that their values are decoded into.
        source_keys: possible keys of the source, the usual one first.
        by_reference: whether the label is the address of a file. Its attribute's name then ends in -ref, and
            class ids stay as they are, since they are in the file.
        of_images: whether the source is an image.
        image_size: width and height of the image as stated by the label; None if it does not state them.
        mask_colours: for a label that is the address of a mask: "#rrggbb" by pixel value, "" if no colour is
            known; None for other labels.
        summarize: passes over a record once, and shows quickly which of the `checks` may find something.
        class_names: class names of the record by id as text.
        label_ids: class ids in a label that was decoded; None where a label is not told without metadata.
        names_key: the key of the metadata that holds names of classes.
        names_value: its value, of names by id as text.
        items_at: keys that lead to the list of items in the label; () where it is that list, None where it
            has none.
        entries_beside: the key of the metadata that has an entry for each item.
        item_names: names of the classes of all items, where items name them; None where they have ids.
        renumber: returns the label (plain JSON) with other class ids, and changes the metadata in place; None
            when lines hold no ids.
        unite: puts the labels of several jobs together (plain JSON in one numbering of classes); the number
            is the IoU from which items are the same, None for equal ones only. It raises
            IncompatibleLabelsError. None where a record has one label only.
        has_iou: whether items have an intersection over union.
        background: name of class 0 if the label category file does not list it.
        has_objects: False for the valid answer "there is nothing here".
        checks: functions that check a record, by rule code; paths in their findings begin at the label.
        checks_together: functions that check the tally of all records, given the classes, by rule code.
        fixes: functions that return the fixed label (plain JSON), and fix its metadata in place, by rule
            code.
        habits: gathers what only all labels of a file together give away; None where there is nothing.
        in_words: further statistics for people, as pairs of name and value.
        alternative: what to do with the labels if no SageMaker algorithm reads them; None if one does.
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
    summarize: Callable[[Any], RecordSummary]
    class_names: Callable[[Any], Mapping[str, str]]
    label_ids: Callable[[Any], Iterable[int | str]] | None = None
    names_key: str = ""
    names_value: Callable[[Mapping[str, str]], Any] = dict
    items_at: tuple[str, ...] | None = None
    entries_beside: str = ""
    item_names: Callable[[Any], Sequence[str]] | None = None
    renumber: Callable[[Any, dict[str, Any], dict[int, int]], Any] | None
    unite: Callable[[Sequence[LabelAndMetadata], float | None], UnitedLabel] | None = None
    has_iou: bool = False
    background: str = ""
    has_objects: Callable[[Any], bool]
    tally: Callable[[], Tally]
    checks: Mapping[str, Callable[[Any], Iterator[Finding]]] = {}
    checks_together: Mapping[str, Callable[[Any, Sequence[str]], Iterator[str]]] = {}
    fixes: Mapping[str, Callable[[Any, Any], Any]] = {}
    habits: Callable[[], "Habits"] | None = None
    in_words: Callable[[Mapping[str, float]], tuple[tuple[str, str], ...]] = _no_further_figures
    alternative: Alternative | None = None

    @property
    def has_ids(self) -> bool:
        """Whether classes have ids: on the line, or in the file that the label is the address of."""
        return self.by_reference or self.renumber is not None


def fetched_fields(keys: Keys, label_type: LabelType) -> Iterator[tuple[str, str]]:
    """Fields of a record that are addresses in S3, with their keys."""
    if is_fetched(keys.source):
        yield "source", keys.source
    if label_type.by_reference:
        yield "label", keys.label


def record_type(keys: Keys, label_type: LabelType) -> type[Any]:
    """The type a line is decoded into: a struct with the attributes of `Record`."""
    return defstruct(
        "DecodedRecord",
        [("source", str), ("label", label_type.label), ("metadata", label_type.metadata)],
        rename=dict(zip(("source", "label", "metadata"), keys, strict=True)),
        gc=False,
    )
