"""Lists that say 0 or 1 for each class, where the ids of the classes belong.

Both are lists of small numbers, so no line gives it away: all lines together do.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Self

from msgspec.structs import replace

from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import RecordSummary
from groundtrain.quantities import first_few

_SHOWN = 20


class MultiLabelTally(ItemTally):
    """Statistics over lists of classes.

    Attributes:
        first: the first list as it is on its line, None before it.
        may_be_multi_hot: all lists have the length of the first and hold nothing but 0 and 1.
        are_no_ids: a list has a value twice, or two lists differ though they are of one length.
    """

    first: list[int] | None = None
    may_be_multi_hot: bool = True
    are_no_ids: bool = False

    def add_all(self, records: Sequence[Any], summaries: Sequence[RecordSummary]) -> None:
        """Count records."""
        ItemTally.add_all(self, records, summaries)
        for record in records:
            if not self.may_be_multi_hot:
                break
            self.compare([int(value) for value in record.label])

    def merged(self, other: Self) -> Self:
        """The tally of both sets of records."""
        both = replace(
            ItemTally.merged(self, other),
            first=other.first if self.first is None else self.first,
            may_be_multi_hot=self.may_be_multi_hot and other.may_be_multi_hot,
            are_no_ids=self.are_no_ids or other.are_no_ids,
        )
        if both.may_be_multi_hot and other.first is not None:
            both.compare(other.first)
        return both

    def compare(self, values: list[int]) -> None:
        """Hold a list against the first one."""
        if self.first is None:
            self.first = values
        distinct = set(values)
        self.may_be_multi_hot = distinct <= {0, 1} and len(values) == len(self.first)
        self.are_no_ids = self.are_no_ids or len(distinct) < len(values) or values != self.first


def multi_hot(tally: MultiLabelTally, classes: Sequence[str]) -> Iterator[str]:
    """GT309: a 0 or 1 for each class in every list."""
    first = tally.first or []
    if tally.may_be_multi_hot and tally.are_no_ids and len(first) >= max(len(classes), 2):
        yield f"every list has {len(first)} entries, all 0 or 1: [{first_few(first, _SHOWN)}]"
