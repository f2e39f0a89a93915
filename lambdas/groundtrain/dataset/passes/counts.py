"""What is counted of decided lines. The counts of two parts of a manifest add up to those of both."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from operator import attrgetter, methodcaller

from msgspec import UNSET, Struct, field

from groundtrain.dataset.description import LargestRecord
from groundtrain.dataset.misplaced_labels import MisplacedCounts
from groundtrain.dataset.passes.decisions import Decision, Kept, Rejected
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.side_counts import SideCounts
from groundtrain.dataset.split.sides import Side
from groundtrain.manifest.classes.class_changes import ClassChangeCounts
from groundtrain.manifest.label_types.label_type import Record, Tally, fetched_fields
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.record_keys import is_fetched
from groundtrain.rules.finding_log import FindingLog

_ADJUSTMENTS = ("adjusted", "unadjusted")
_COMPARED_BUCKETS = 8


class Counts(Struct):
    """What is counted of lines.

    Attributes:
        findings: on the lines.
        reasons: rejected lines by the code of the first rule that rejected them.
        fixed_in_vain: findings that were fixed on lines that are rejected all the same, by code.
        largest_record: the first record with most items, and their number.
        buckets: those that sources (and masks) lie in.
        unusual_keys: sources with a space or a letter beyond ASCII.
        machine_labeled: records that are used and no person labeled.
        adjusted: records that are used and come from an adjustment job, by what it says of them.
        answers: records that are used, by what each of the verifications says of them.
        misplaced: lines that lack the label and have another.
        spellings: names on lines that are used, for which another spelling was taken, with that.
        other_labels: label attributes beside the chosen one.
        dollar_name: an attribute whose name begins with $; "" for none.
        class_changes: what became of labels whose class the settings change, on records that are used or
            have lost all their labels so.
        has_grouped: whether attribute or expression of the settings have named a group.
        has_stated: whether a line has stated its side.
        lacks_metadata: whether a rejected line lacks metadata that could be added.
    """

    train: SideCounts
    validation: SideCounts
    test: SideCounts
    findings: FindingLog
    answers: dict[str, Counter[str]]
    reasons: Counter[str] = field(default_factory=Counter)
    fixed_in_vain: Counter[str] = field(default_factory=Counter)
    largest_record: LargestRecord | None = None
    most_items: int = 0
    buckets: set[str] = field(default_factory=set)
    unusual_keys: int = 0
    machine_labeled: int = 0
    adjusted: Counter[str] = field(default_factory=Counter)
    misplaced: MisplacedCounts = field(default_factory=MisplacedCounts)
    spellings: dict[str, str] = {}
    class_changes: ClassChangeCounts = field(default_factory=ClassChangeCounts)
    other_labels: set[str] = field(default_factory=set)
    dollar_name: str = ""
    has_grouped: bool = False
    has_stated: bool = False
    lacks_metadata: bool = False

    @property
    def records(self) -> int:
        """Records of the dataset."""
        return sum(side.records for side in self.sides)

    @property
    def sides(self) -> tuple[SideCounts, SideCounts, SideCounts]:
        """Those of training, validation and test."""
        return self.train, self.validation, self.test

    @property
    def without_objects(self) -> int:
        """Records of the dataset that show no object."""
        return sum(side.without_objects for side in self.sides)

    @property
    def tally(self) -> Tally:
        """Statistics of all sides."""
        return self.train.tally.merged(self.validation.tally).merged(self.test.tally)

    @property
    def records_by_class(self) -> Counter[int]:
        """Records that show a class, on any side, by its id in the dataset."""
        return sum((side.records_by_class for side in self.sides), Counter())

    def statistics(self) -> dict[str, float]:
        """Figures of the label type, and the records of an adjustment job where there are any."""
        adjusted = {status: self.adjusted[status] for status in _ADJUSTMENTS} if self.adjusted else {}
        return self.tally.statistics() | adjusted

    def merged(self, later: "Counts") -> "Counts":
        """The counts of these lines and of later ones."""
        is_fuller = later.most_items > self.most_items
        names = self.answers | later.answers
        return Counts(
            train=self.train.merged(later.train),
            validation=self.validation.merged(later.validation),
            test=self.test.merged(later.test),
            findings=self.findings.merged(later.findings),
            answers={name: self.answers[name] + later.answers[name] for name in names},
            reasons=self.reasons + later.reasons,
            fixed_in_vain=self.fixed_in_vain + later.fixed_in_vain,
            largest_record=later.largest_record if is_fuller else self.largest_record,
            most_items=max(self.most_items, later.most_items),
            buckets=self.buckets | later.buckets,
            unusual_keys=self.unusual_keys + later.unusual_keys,
            machine_labeled=self.machine_labeled + later.machine_labeled,
            adjusted=self.adjusted + later.adjusted,
            misplaced=self.misplaced.merged(later.misplaced),
            spellings=self.spellings | later.spellings,
            class_changes=self.class_changes.merged(later.class_changes),
            other_labels=self.other_labels | later.other_labels,
            dollar_name=self.dollar_name or later.dollar_name,
            has_grouped=self.has_grouped or later.has_grouped,
            has_stated=self.has_stated or later.has_stated,
            lacks_metadata=self.lacks_metadata or later.lacks_metadata,
        )


class LineCounter:
    """Counts decided lines of one manifest, or of a part of it.

    Attributes:
        counts: of all lines so far.
    """

    def __init__(self, given: PassSettings) -> None:
        label_type, names = given.label_type, given.earlier.verifications
        self.counts = Counts(
            SideCounts(label_type.tally()),
            SideCounts(label_type.tally()),
            SideCounts(label_type.tally()),
            FindingLog(given.most_findings),
            {name: Counter() for name in names},
        )
        self._type_name, self._fetches_source = given.type_name, is_fetched(given.keys.source)
        settings = given.settings
        named = settings.split_attribute, settings.group_by, settings.group_attribute
        changes = not settings.classes.changes_nothing
        self._is_detailed = any(named) or bool(names) or given.earlier.classes is not None or changes
        self._addresses: tuple[Callable[[Record], str], ...] = tuple(
            attrgetter(field) for field, _ in fetched_fields(given.keys, label_type)
        )

    def add(self, decisions: Sequence[Decision], sides: Mapping[Side, Sequence[Kept]]) -> None:
        """Count lines, in their order; those that are kept are given by their side as well."""
        for decision in decisions:
            if decision.logged:
                self.counts.findings.add(decision.logged)
            if decision.fixed:
                self.counts.findings.fixed.update(decision.fixed)
        if sum(map(len, sides.values())) < len(decisions):
            for decision in decisions:
                if isinstance(decision, Rejected):
                    self._add_rejected(decision)
        for counts, kept in zip(self.counts.sides, sides.values(), strict=True):
            if kept:
                counts.add(kept)

    def add_unlabeled(self, types: Sequence[Mapping[str, str]]) -> None:
        """Count lines that lack the label (GT201), given the types of those that they have, by name."""
        if types:
            self.counts.reasons["GT201"] += len(types)
            self.counts.findings.count("GT201", len(types))
            self.counts.misplaced.add_all(types, self._type_name)

    def note_names(self, reader: RecordReader) -> None:
        """Note the names of attributes that were met on the way."""
        self.counts.other_labels |= reader.other_labels
        self.counts.dollar_name = self.counts.dollar_name or reader.dollar_name

    def _add_rejected(self, rejected: Rejected) -> None:
        counts = self.counts
        counts.reasons[rejected.reason.code] += 1
        if rejected.fixed:
            counts.fixed_in_vain.update(rejected.fixed)
        counts.has_stated = counts.has_stated or rejected.is_stated
        counts.lacks_metadata = counts.lacks_metadata or rejected.lacks_metadata
        if rejected.changed is not None:
            counts.class_changes.add(rejected.changed)
        if rejected.misplaced is not None:
            counts.misplaced.add(rejected.misplaced)

    def add_records(self, kept: Sequence[Kept]) -> None:
        """Count what does not depend on the side, of records in the order of their lines."""
        counts, records = self.counts, [each.record for each in kept]
        numbers = [len(each.summary.items) for each in kept]
        if (most := max(numbers, default=0)) > counts.most_items:
            largest = kept[numbers.index(most)]
            counts.most_items = most
            counts.largest_record = LargestRecord(largest.number, largest.record.source)
        metadata = [record.metadata for record in records]
        counts.machine_labeled += [each.human_annotated for each in metadata].count("no")
        statuses = [each.adjustment_status for each in metadata if each.adjustment_status is not UNSET]
        counts.adjusted.update(status for status in statuses if status in _ADJUSTMENTS)
        if self._fetches_source:
            self._add_unusual_keys([record.source for record in records])
        for address_of in self._addresses:
            self._add_buckets([address_of(record) for record in records])
        if self._is_detailed:
            for each in kept:
                self._add_details(each)

    def _add_details(self, kept: Kept) -> None:
        """Count what only some settings bring about."""
        counts = self.counts
        counts.has_stated = counts.has_stated or kept.is_stated
        counts.has_grouped = counts.has_grouped or kept.is_grouped
        counts.spellings.update(kept.spellings or {})
        if kept.changed is not None:
            counts.class_changes.add(kept.changed)
        for name, answer in kept.answers:
            counts.answers[name][answer] += 1

    def _add_unusual_keys(self, sources: Sequence[str]) -> None:
        together = "".join(sources)
        if " " in together or not together.isascii():
            self.counts.unusual_keys += sum(" " in source or not source.isascii() for source in sources)

    def _add_buckets(self, addresses: Sequence[str]) -> None:
        """The first few buckets are compared one by one, which is fastest; all others are looked up."""
        buckets = self.counts.buckets
        compared = tuple(f"s3://{bucket}/" for bucket in islice(buckets, _COMPARED_BUCKETS))
        is_compared = methodcaller("startswith", compared)
        if not all(map(is_compared, addresses)):
            buckets.update(address[5:].partition("/")[0] for address in addresses if not is_compared(address))
