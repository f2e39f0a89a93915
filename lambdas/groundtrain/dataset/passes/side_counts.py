"""What is counted of the records on one side of the split."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from groundtrain.dataset.passes.decisions import Kept
from groundtrain.manifest.label_types.bulk_counter import BulkCounter
from groundtrain.manifest.label_types.label_type import Tally


class SideCounts(Struct):
    """One side of the split.

    Attributes:
        shown: classes by their ids in the dataset, once for each record that shows them.
    """

    tally: Tally
    shown: BulkCounter = field(default_factory=BulkCounter)
    records: int = 0

    @property
    def records_by_class(self) -> Counter[int]:
        """Records that show a class, by its id in the dataset."""
        return self.shown.counts()

    @property
    def without_objects(self) -> int:
        """Records that show no object."""
        return int(self.tally.statistics()["without_objects"])

    @property
    def shows_objects(self) -> bool:
        """Whether a record shows one; the background of a mask is a class, yet no object."""
        return self.records > self.without_objects

    def add(self, kept: Sequence[Kept]) -> None:
        """Count records."""
        summaries = [each.summary for each in kept]
        self.records += len(kept)
        self.tally.add_all([each.record for each in kept], summaries)
        self.shown.add_all([summary.classes for summary in summaries])

    def merged(self, other: "SideCounts") -> "SideCounts":
        """The counts of both parts."""
        return SideCounts(
            self.tally.merged(other.tally), self.shown.merged(other.shown), self.records + other.records
        )
