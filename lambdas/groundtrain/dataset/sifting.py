"""One pass over a manifest: every line is read, checked, counted, put on one side of the split, and written.

Some things are known only after the last line: which sources are there twice, and whether the class ids run
from 0 to n-1. They are `Knowledge` for another, otherwise equal pass; what a pass wrote is never patched.
All that a pass gathers can be added up, so that parts of a manifest could be sifted apart.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct

from groundtrain.dataset import edits
from groundtrain.dataset.leakage import Leakage
from groundtrain.dataset.mending import Mender
from groundtrain.dataset.outputs import LineWriter, Outputs, rejected_line
from groundtrain.dataset.split import SplitRule
from groundtrain.manifest.class_map import ClassesSeen, ClassIds
from groundtrain.manifest.finding_log import FindingLog
from groundtrain.manifest.findings import Finding, Severity
from groundtrain.manifest.keys import Keys, is_fetched
from groundtrain.manifest.label_type import LabelType, Record, Tally, fetched_fields
from groundtrain.manifest.reading import Reading, RecordReader
from groundtrain.manifest.rules import LEFT_OUT_BY_SETTINGS, RULES, active_codes
from groundtrain.manifest.sources_seen import SourcesSeen, digest
from groundtrain.settings import DatasetSettings


class Knowledge(Struct, frozen=True):
    """What is known of the manifest before a pass.

    Attributes:
        classes: names of all classes in the order of their ids; None takes ids as they are.
        repeated: digests of sources that are there more than once.
    """

    classes: tuple[str, ...] | None = None
    repeated: frozenset[int] = frozenset()


class Side:
    """One side of the split: its file and what is counted of it."""

    def __init__(self, writer: LineWriter, tally: Tally) -> None:
        self.writer = writer
        self.tally = tally
        self.records_by_class: Counter[int] = Counter()


class Sieve:
    """Takes lines one by one; the attributes are what was gathered so far.

    Attributes:
        reasons: rejected lines by the code of the first rule that rejected them.
        buckets: those that sources (and masks) lie in.
        unusual_keys: sources with a space or a letter beyond ASCII.
        machine_labeled: records that are used and no person labeled.
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
        log: FindingLog,
    ) -> None:
        active = active_codes(settings.select, settings.ignore)
        self._keys, self._type, self._settings = keys, label_type, settings
        self._fetched = tuple(fetched_fields(keys, label_type))
        self._fetches_source = is_fetched(keys.source)
        self._active, self._mender = active, Mender(keys, label_type, settings.fix)
        self._split = SplitRule(settings.validation, settings.group_by)
        self._ids = ClassIds(knowledge.classes, fixed=label_type.by_reference)
        self._repeated, self._taken = knowledge.repeated, set[str]()
        self._image_exists = image_exists if "GT601" in active else None
        self._image_findings = image_findings
        self._rejected = outputs.rejected
        self.reader = RecordReader(keys, label_type, active)
        self.train = Side(outputs.train, label_type.tally())
        self.validation = Side(outputs.validation, label_type.tally())
        self.log = log
        self.reasons: Counter[str] = Counter()
        self.sources = SourcesSeen()
        self.classes = ClassesSeen()
        self.leakage = Leakage()
        self.buckets: set[str] = set()
        self.unusual_keys = 0
        self.machine_labeled = 0

    def take(self, number: int, line: bytes) -> None:
        """Sift the line of this number, as `Lines` gives it."""
        reading = self.reader.read(number, line)
        record, output, findings = reading.record, reading.output, reading.findings
        if number in self._image_findings:
            findings += self._image_findings[number]
        if findings:
            self.log.add(findings)
            if any(map(self._rejects, findings)):
                return self._reject(number, line, findings)
            record, output = self._mended(number, reading)
        assert record is not None  # a line without record has a finding that rejects it
        source = digest(record.source)
        if (objection := self._objection(number, record, source)) is not None:
            self.log.add((objection,))
            return self._reject(number, line, (objection,))
        self._accept(record, source, output)
        return None

    def repeated(self) -> frozenset[int]:
        """Digests of sources that are there more than once, when that counts; empty when they were known."""
        if self._repeated or "GT401" not in self._active:
            return frozenset()
        return self.sources.repeated()

    def _rejects(self, finding: Finding) -> bool:
        return RULES[finding.code].severity is Severity.ERROR and finding.code not in self._mender.codes

    def _reject(self, number: int, line: bytes, findings: tuple[Finding, ...]) -> None:
        rejecting = [finding for finding in findings if self._rejects(finding)] or findings
        codes = tuple(dict.fromkeys(finding.code for finding in (*rejecting, *findings)))
        first = rejecting[0]
        self.reasons[first.code] += 1
        reason = f"{RULES[first.code].name} at {first.path}: {first.message}"
        self._rejected.write(rejected_line(number, codes, reason, first.source, line))

    def _mended(self, number: int, reading: Reading) -> tuple[Record | None, bytes]:
        mended = self._mender.mend(reading.output, reading.findings)
        if mended is reading.output:
            return reading.record, mended
        return self.reader.read(number, mended).record, mended

    def _objection(self, number: int, record: Record, source: int) -> Finding | None:
        """Why a record that is right in itself is left out all the same."""
        if (left_out := self._left_out(record)) is not None:
            return Finding(left_out, number, "$", RULES[left_out].why, record.source)
        if (misnamed := self._misnamed(record)) is not None:
            code, saw = misnamed
            return Finding(code, number, f"$.{self._keys.label}", saw, record.source)
        if (missing := self._missing(record)) is not None:
            return Finding("GT601", number, f"$.{missing}", "there is no such object", record.source)
        if source in self._repeated and "GT401" in self._active:
            return self._repetition(number, record)
        return None

    def _misnamed(self, record: Record) -> tuple[str, str] | None:
        names, ids = self._type.class_names(record), self._type.class_ids(record)
        if unknown := self._ids.unknown(names, ids):
            return "GT302", f"class {unknown[0]}"
        if moved := self._ids.moved(names, ids):
            return "GT330", moved[0]
        return None

    def _missing(self, record: Record) -> str | None:
        """Key of an address where there is no object."""
        if self._image_exists is None:
            return None
        fetched = ((key, getattr(record, field)) for field, key in self._fetched)
        return next((key for key, address in fetched if not self._image_exists(address)), None)

    def _left_out(self, record: Record) -> str | None:
        without_objects, machine_labeled = LEFT_OUT_BY_SETTINGS
        if self._settings.without_objects == "drop" and not self._type.has_objects(record):
            return without_objects
        if self._settings.machine_labeled == "drop" and record.metadata.human_annotated == "no":
            return machine_labeled
        return None

    def _repetition(self, number: int, record: Record) -> Finding | None:
        if record.source in self._taken:
            return Finding(
                "GT401",
                number,
                f"$.{self._keys.source}",
                "an earlier line has the same source",
                record.source,
            )
        self._taken.add(record.source)
        return None

    def _accept(self, record: Record, source: int, output: bytes) -> None:
        names = self._type.class_names(record)
        self.sources.add(source)
        self.classes.add(names)
        validates = self._split.validates(record.source, source)
        self._note(record, validates)
        ids = self._ids.of_line(names)
        side = self.validation if validates else self.train
        side.tally.add(record, ids)
        side.records_by_class.update({ids[i] for i in self._type.class_ids(record)})
        side.writer.write(edits.renumber(output, self._keys, self._type, ids) if ids else output)

    def _note(self, record: Record, validates: bool) -> None:
        """Keep what is to be said at the end."""
        self.machine_labeled += record.metadata.human_annotated == "no"
        for field, _ in self._fetched:
            self.buckets.add(getattr(record, field)[5:].partition("/")[0])
        if self._fetches_source:
            source = record.source
            self.unusual_keys += " " in source or not source.isascii()
            self.leakage.add(source, validates)
