"""One pass over a manifest: every line is read, checked, counted, put on one side of the split, and written.

Whether the class ids run from 0 to n-1 is known only after the last line. It is `Knowledge` for another,
otherwise equal pass; what a pass wrote is never patched.
What a line says of earlier ones (repeated sources, leakage, the order of names) is known of the whole only.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Literal

from groundtrain.dataset import edits
from groundtrain.dataset.description import Fullest
from groundtrain.dataset.elsewhere import LabelsElsewhere
from groundtrain.dataset.fixing import Fixer
from groundtrain.dataset.knowledge import Knowledge
from groundtrain.dataset.leakage import Leakage
from groundtrain.dataset.objections import Objections
from groundtrain.dataset.outputs import LineWriter, Outputs, rejected_line
from groundtrain.dataset.split import SplitRule
from groundtrain.dataset.strata import Strata
from groundtrain.manifest.classes.class_map import ClassesSeen
from groundtrain.manifest.label_attributes.verification import Verification
from groundtrain.manifest.label_types.bulk_counter import BulkCounter
from groundtrain.manifest.label_types.label_type import (
    LabelType,
    Record,
    RecordSummary,
    Tally,
    fetched_fields,
)
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.missing_metadata import Completer
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.rules import active_codes
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

_ADJUSTMENTS = ("adjusted", "unadjusted")


class Side:
    """One side of the split: its file and what is counted of it."""

    def __init__(self, writer: LineWriter, tally: Tally) -> None:
        self.writer = writer
        self.tally = tally
        self.classes_shown = BulkCounter()

    @property
    def records_by_class(self) -> Counter[int]:
        """Records that show a class, by its id in the dataset."""
        return self.classes_shown.counts()


class Sieve:
    """Takes lines one by one; the attributes are what was gathered so far.

    Attributes:
        reasons: rejected lines by the code of the first rule that rejected them.
        habits: how the labels are written, where their type asks for it.
        fixed_in_vain: findings that were fixed on lines that are rejected all the same, by code.
        fullest: the record with most items.
        buckets: those that sources (and masks) lie in.
        unusual_keys: sources with a space or a letter beyond ASCII.
        machine_labeled: records that are used and no person labeled.
        adjusted: records that are used and come from an adjustment job, by what it says of them.
        records: those seen so far, where repetitions count.
        elsewhere: lines that lack the label, by the name and type of those they have instead.
        spellings: names on lines that are used, for which another spelling was taken, with that.
        split: which side of the split a record is on.
        strata: groups and their classes, where they are to be chosen from for another pass.
        verified: records that are used, by what each of the verifications says of them.
    """

    def __init__(
        self,
        keys: Keys,
        label_type: LabelType,
        settings: DatasetSettings,
        knowledge: Knowledge,
        outputs: Outputs,
        *,
        image_exists: Callable[[str], bool] | None = None,
        image_findings: Mapping[int, tuple[Finding, ...]],
        completer: Completer,
        log: FindingLog,
    ) -> None:
        active = active_codes(settings.select, settings.ignore)
        self._keys, self._type = keys, label_type
        self._addresses = tuple(attrgetter(field) for field, _ in fetched_fields(keys, label_type))
        self._fetches_source = is_fetched(keys.source)
        self.fault = knowledge.fault
        self._explained = self.fault.explains if self.fault else frozenset[str]()
        self._fixer = Fixer(keys, label_type, settings.fix, refused=self._explained)
        self.habits = label_type.habits() if label_type.habits else None
        self.fixed_in_vain: Counter[str] = Counter()
        self.split = SplitRule(settings, knowledge.validating, knowledge.moved)
        self.strata = Strata() if settings.split == "stratified" and knowledge.validating is None else None
        self._used = knowledge.classes if settings.unused_classes == "drop" else None
        self._ids = knowledge.class_ids(fixed=label_type.by_reference, may_respell="GT312" in active)
        self._objections = Objections(
            keys, label_type, self._ids, self.split, image_exists, listed=knowledge.listed
        )
        self._questions = self._objections.worth_asking(settings, active)
        self.records = self._objections.records
        self._image_findings, self._completer = image_findings, completer
        self._rejected = outputs.rejected
        self.reader = RecordReader(keys, label_type, active)
        self.train = Side(outputs.train, label_type.tally())
        self.validation = Side(outputs.validation, label_type.tally())
        self.log = log
        self.reasons: Counter[str] = Counter()
        self.verified = {name: Counter[str]() for name in knowledge.verifications}
        self._verifications = tuple(map(Verification, knowledge.verifications))
        self.classes = ClassesSeen()
        self.spellings: dict[str, str] = {}
        self.leakage = Leakage()
        self.fullest: Fullest | None = None
        self.buckets: set[str] = set()
        self._known_buckets: tuple[str, ...] = ()
        self._most_items = self.unusual_keys = self.machine_labeled = 0
        self.adjusted: Counter[str] = Counter()
        self.elsewhere = LabelsElsewhere(label_type.name)

    def moved(self) -> bytes | None:
        """The group to move for another pass, where one side is empty and the other can spare it."""
        sides = [bool(side.writer.records) for side in (self.train, self.validation)]
        return self.split.nearest(to_validation=sides[0]) if any(sides) and not all(sides) else None

    def statistics(self) -> dict[str, float]:
        """Figures of the label type, and the records of an adjustment job where there are any."""
        figures = self.train.tally.merged(self.validation.tally).statistics()
        return figures | ({status: self.adjusted[status] for status in _ADJUSTMENTS} if self.adjusted else {})

    def dropped_classes(self, listed: Sequence[str]) -> list[str]:
        """Classes of lines and label category file that no record shows, where the settings drop those."""
        if self._used is None or self._type.renumber is None:
            return []
        there = map(self._ids.taken, self.classes.in_order())
        known = dict.fromkeys((*listed, *there))
        return [name for name in known if name not in self._used]

    def take(self, number: int, line: bytes) -> None:
        """Sift the line of this number, as `Lines` gives it."""
        glanced = self.reader.glance(line)
        if glanced is None or self.fault is not None or number in self._image_findings:
            self._take_closely(number, line)
        else:
            if self.habits is not None:
                self.habits.add(*glanced)
            self._admit(number, line, *glanced, line)

    def _take_closely(self, number: int, line: bytes) -> None:
        first = self.reader.read_closely(number, line)
        if self.habits is not None and first.record is not None:
            self.habits.add(first.record, self._type.summarize(first.record))
        _, reading, fixed = self._fixer.mend(self.reader, number, line, first)
        if reading.record is None:
            self.elsewhere.add(line, reading.findings)
        findings = reading.findings + self._image_findings.get(number, ())
        self.log.add(finding for finding in findings if finding.code not in self._explained)
        self.log.fixed.update(fixed)
        if not self._take_reading(number, line, reading, findings):
            self.fixed_in_vain.update(fixed)

    def _take_reading(
        self, number: int, line: bytes, reading: Reading, findings: tuple[Finding, ...]
    ) -> bool:
        record = reading.record
        if self.fault is not None and record is not None:
            return self._reject(number, line, (self.fault.problem.on(number, record.source),))
        if any(finding.is_error for finding in findings):
            return self._reject(number, line, findings)
        assert record is not None  # a line without record has a finding that rejects it
        summary = self._type.summarize(record)
        return self._admit(number, without_comma(line), record, summary, reading.output)

    def _admit(self, number: int, line: bytes, record: Record, summary: RecordSummary, output: bytes) -> bool:
        """Accept a valid record, unless settings, split, classes or an earlier line exclude it."""
        mark = fingerprint(record.source)
        self._objections.is_plain, self._objections.line = output is line, number
        for question in self._questions:
            if (objection := question(record, mark, line)) is not None:
                finding = objection.on(number, record.source)
                self.log.add((finding,))
                return self._reject(number, line, (finding,))
        self._accept(number, record, summary, mark, line, output)
        return True

    def _accept(
        self, number: int, record: Record, summary: RecordSummary, mark: bytes, line: bytes, output: bytes
    ) -> None:
        if len(summary.items) > self._most_items:
            self._most_items, self.fullest = len(summary.items), Fullest(number, record.source)
        if output is not line:  # what is written as it stands holds no further attribute
            self._note_verifications(line)
        self.classes.add(names := self._type.class_names(record))
        validates = self.split.validates(record.source, mark, line)
        if self.strata is not None and not self.split.stated(line):
            shown = {names.get(str(i), str(i)): i for i in summary.classes}
            self.strata.add(self.split.group_mark(record.source, mark, line), shown)
        if respelled := self._ids.respelled(names):
            output = edits.respell(output, self._keys, respelled)
            self.spellings.update(respelled)
        if ids := self._ids.of_line(names):
            summary, output = summary.renumbered(ids), edits.renumber(output, self._keys, self._type, ids)
        side = self.validation if validates else self.train
        side.tally.add(record, summary)
        side.classes_shown.add(summary.classes)
        side.writer.write(output)
        self._note(record, validates)

    def _reject(self, number: int, line: bytes, findings: tuple[Finding, ...]) -> Literal[False]:
        rejecting = [finding for finding in findings if finding.is_error] or findings
        codes = tuple(dict.fromkeys(finding.code for finding in (*rejecting, *findings)))
        first = rejecting[0]
        self.reasons[first.code] += 1
        self._completer.note_rejected(line, codes)
        reason = f"{first.rule.name} at {first.path}: {first.message}"
        self._rejected.write(rejected_line(number, codes, reason, first.source, line))
        return False

    def _note(self, record: Record, validates: bool) -> None:
        """Keep what is to be said at the end."""
        self.machine_labeled += record.metadata.human_annotated == "no"
        if record.metadata.adjustment_status in _ADJUSTMENTS:
            self.adjusted[record.metadata.adjustment_status] += 1
        for address_of in self._addresses:
            address = address_of(record)
            if not address.startswith(self._known_buckets):
                self._note_bucket(address)
        if self._fetches_source:
            source = record.source
            self.unusual_keys += " " in source or not source.isascii()
            self.leakage.add(source, validates)

    def _note_verifications(self, line: bytes) -> None:
        for verification in self._verifications:
            if (says := verification.class_on(line)) is not None:
                self.verified[verification.name][says] += 1

    def _note_bucket(self, address: str) -> None:
        """The first few buckets are compared one by one, which is fastest; all others are looked up."""
        bucket = address[5:].partition("/")[0]
        if bucket not in self.buckets:
            self.buckets.add(bucket)
            if len(self._known_buckets) < _COMPARED_BUCKETS:
                self._known_buckets = (*self._known_buckets, f"s3://{bucket}/")


_COMPARED_BUCKETS = 8
