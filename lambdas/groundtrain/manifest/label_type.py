"""What a label type brings along: one such record per module of a type."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, Self

from msgspec import Struct


class Record(Protocol):
    """One line, decoded: the source's address, the label, the label's metadata."""

    source: str
    label: Any
    metadata: Any


class Observation(NamedTuple):
    """What a rule saw: where in the label, and in words."""

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
        """Named figures for dataset.json."""
        ...

    def items_by_class(self) -> Mapping[int, int]:
        """How often each class was marked, such as boxes by class id."""
        ...


class LabelType(Struct, frozen=True):
    """How records of one label type are read, checked, counted and rewritten.

    Attributes:
        name: as Ground Truth spells it in the metadata.
        record_type: the type a line is decoded into, for a label attribute's name.
        key_counts: number of JSON keys in label and metadata of a record, if they hold no unknown or repeated
            ones and no failure-reason.
        is_clean: True when no check can find anything; the fast way past `checks`, which are the truth.
        checks: by rule code, what looks for it in a record.
        fixes: by rule code, what mends a label (as plain JSON values) in place.
        class_ids: classes on the record.
        class_names: the record's names by class id as text.
        renumber: gives classes other ids in label and metadata (plain JSON values) in place.
        has_objects: False for the valid answer "there is nothing here".
    """

    name: str
    record_type: Callable[[str], type[Any]]
    key_counts: Callable[[Any], tuple[int, int]]
    is_clean: Callable[[Any], bool]
    checks: Mapping[str, Callable[[Any], Iterator[Observation]]]
    fixes: Mapping[str, Callable[[dict[str, Any]], None]]
    class_ids: Callable[[Any], set[int]]
    class_names: Callable[[Any], Mapping[str, str]]
    renumber: Callable[[dict[str, Any], dict[str, Any], dict[int, int]], None]
    has_objects: Callable[[Any], bool]
    tally: Callable[[], Tally]
