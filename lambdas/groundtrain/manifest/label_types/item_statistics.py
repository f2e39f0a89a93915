"""Statistics for label types whose items are counted but not measured."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import replace

from groundtrain.manifest.label_types.label_type import RecordSummary


class ItemTally(Struct):
    """Number of items in records, by class.

    Attributes:
        noun: what an item is called, in the plural.
        most: most items of one record.
        without_objects: number of records without items.
    """

    noun: str
    by_class: Counter[int] = field(default_factory=Counter)
    most: int = 0
    without_objects: int = 0

    def add_all(self, _: Sequence[Any], summaries: Sequence[RecordSummary]) -> None:
        """Count records."""
        items = [summary.items for summary in summaries]
        lengths = [*map(len, items)]
        self.by_class.update(chain.from_iterable(items))
        self.most = max(self.most, *lengths, 0)
        self.without_objects += lengths.count(0)

    def merged(self, other: Self) -> Self:
        """The tally of both sets of records."""
        return replace(
            self,
            by_class=self.by_class + other.by_class,
            most=max(self.most, other.most),
            without_objects=self.without_objects + other.without_objects,
        )

    def items_by_class(self) -> Mapping[int, int]:
        """Items by class id."""
        return self.by_class

    def statistics(self) -> dict[str, float]:
        """Number of items, most items of one record, and number of records without items."""
        return {
            self.noun: self.by_class.total(),
            f"most_{self.noun}": self.most,
            "without_objects": self.without_objects,
        }
