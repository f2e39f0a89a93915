"""What becomes of one line: a record of the dataset, or a rejected line.

A decision looks at nothing but the line, the settings and what an earlier pass has found, so that lines can
be decided in any order and anywhere. Whether an earlier line has the same source, the whole manifest knows:
see `whole_manifest`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property

from msgspec import Raw, Struct

from groundtrain.dataset import edits
from groundtrain.dataset.fixing import Fixer
from groundtrain.dataset.misplaced_labels import MisplacedLabels, find_misplaced
from groundtrain.dataset.passes.earlier_pass import EarlierPass
from groundtrain.dataset.passes.exclusions import Candidate, build_exclusions, misnamed
from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.json_decoding import decode_pieces
from groundtrain.manifest.classes.class_map import ClassIds
from groundtrain.manifest.label_attributes.attribute_choice import own_attributes
from groundtrain.manifest.label_attributes.verification import Verification
from groundtrain.manifest.label_types.label_type import LabelType, Record, RecordSummary
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.missing_metadata import Completer
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.repeated_sources import fingerprint, record_fingerprint
from groundtrain.record_keys import Keys
from groundtrain.rules import RULES, active_codes
from groundtrain.rules.findings import Finding, Severity
from groundtrain.settings.dataset_settings import DatasetSettings


class PassSettings(Struct, frozen=True):
    """All that a decision depends on beside the line.

    Attributes:
        type_name: name of the label type.
        listed: names in the label category file, in order; empty when there is none.
        image_findings: findings of the image checks, by line.
        most_findings: findings of one rule that are kept as examples.
    """

    keys: Keys
    type_name: str
    settings: DatasetSettings
    earlier: EarlierPass
    listed: tuple[str, ...] = ()
    image_findings: Mapping[int, tuple[Finding, ...]] = {}
    most_findings: int = 20

    @property
    def label_type(self) -> LabelType:
        """The label type, which is made of functions and does not travel between processes."""
        return LABEL_TYPES[self.type_name]

    @property
    def active(self) -> frozenset[str]:
        """Codes of the rules that count."""
        return active_codes(self.settings.select, self.settings.ignore)

    def class_ids(self) -> ClassIds:
        """How class ids of lines become those of the dataset."""
        earlier, label_type = self.earlier, self.label_type
        return ClassIds(
            earlier.classes,
            fixed=label_type.by_reference,
            spellings=earlier.spellings,
            listed=earlier.listed and "GT312" in self.active,
        )


class Kept(Struct, gc=False):
    """A record of the dataset, unless an earlier line has the same source.

    Attributes:
        line: as it was read.
        output: as it is written.
        summary: with the class ids of the dataset.
        fingerprint: of the source.
        key: fingerprint of what makes it a record of its own; b"" where repetitions count.
        validates: whether it is on the validation side.
        group: fingerprint of its group; b"" where the line states its side.
        as_read: record and summary before anything was fixed or renumbered; None where nothing was read.
        logged, fixed: findings on the line, and how many were fixed, by code.
        own: attributes of its own, which make it another record of its source.
        shown: ids of the classes that it shows, by name, where groups are to be chosen by them.
        spellings: names on the line for which another spelling is taken, with that.
        answers: what verifications say of its label, by their attribute.
    """

    number: int
    line: bytes
    output: bytes
    record: Record
    summary: RecordSummary
    fingerprint: bytes
    key: bytes
    validates: bool
    group: bytes
    as_read: tuple[Record, RecordSummary] | None
    logged: tuple[Finding, ...] = ()
    fixed: Counter[str] | None = None
    is_stated: bool = False
    is_grouped: bool = False
    own: Mapping[str, Raw] | None = None
    shown: Mapping[str, int] | None = None
    spellings: Mapping[str, str] | None = None
    answers: tuple[tuple[str, str], ...] = ()


class Rejected(Struct, gc=False):
    """A line that is left out; the attributes that `Kept` has too mean the same.

    Attributes:
        findings: those for which it is left out, or that were seen on the way.
        lacks_metadata: whether it could be used if the metadata that it lacks were added.
        misplaced: labels that it has under other attributes.
        key: the line is told as a repetition where an earlier one has this key.
    """

    number: int
    line: bytes
    source: str
    findings: tuple[Finding, ...]
    as_read: tuple[Record, RecordSummary] | None
    logged: tuple[Finding, ...] = ()
    fixed: Counter[str] | None = None
    is_stated: bool = False
    lacks_metadata: bool = False
    misplaced: MisplacedLabels | None = None
    key: bytes = b""

    @property
    def reason(self) -> Finding:
        """The finding of the first rule that rejects it."""
        return next(filter(is_error, self.findings), self.findings[0])

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its findings, those that reject it first."""
        rejecting = filter(is_error, self.findings)
        return tuple(dict.fromkeys(finding.code for finding in (*rejecting, *self.findings)))


Decision = Kept | Rejected


def is_error(finding: Finding) -> bool:
    """Whether the finding's rule excludes its line."""
    return RULES[finding.code].severity is Severity.ERROR


def as_repetition(decision: Decision, first: int, source_key: str) -> Rejected:
    """The decision on a line whose record the line `first` has already."""
    source = decision.record.source if isinstance(decision, Kept) else decision.source
    message = f"line {first:,} has the same source"
    finding = Finding("GT401", decision.number, f"$.{source_key}", message, source)
    logged = decision.logged if isinstance(decision, Kept) else decision.logged[:-1]
    return Rejected(
        decision.number,
        decision.line,
        source,
        (finding,),
        decision.as_read,
        (*logged, finding),
        decision.fixed,
        decision.is_stated,
    )


class LineDecider:
    """Decides the lines of one manifest, one by one; what it remembers only saves time.

    Attributes:
        reader: reads the lines.
    """

    def __init__(self, given: PassSettings, image_exists: Callable[[str], bool] | None = None) -> None:
        settings, earlier = given.settings, given.earlier
        self._type, self._keys, self._fault = given.label_type, given.keys, earlier.fault
        self._listed = given.listed
        active = given.active
        self.reader = RecordReader(given.keys, self._type, active)
        self._explained = earlier.fault.explains if earlier.fault else frozenset[str]()
        self._fixer = Fixer(given.keys, self._type, settings.fix, refused=self._explained)
        self._ids = given.class_ids()
        self._split = SplitRule(settings, earlier.validating, earlier.moved)
        self._exclusions = build_exclusions(
            settings,
            self._type,
            given.keys,
            ids=self._ids if earlier.listed else None,
            image_exists=image_exists,
            active=active,
        )
        self._misnamed = (
            misnamed(self._type, given.keys, self._ids, listed=earlier.listed)
            if self._ids.are_known and self._type.by_reference
            else None
        )
        self._besides = (settings.split_attribute or "",)
        self._finds_repetitions = "GT401" in active
        self._shows_classes = settings.split == "stratified" and earlier.validating is None
        self._verifications = tuple(map(Verification, earlier.verifications))
        self._image_findings = given.image_findings
        self._is_simple = (
            not (self._exclusions or self._misnamed or self._shows_classes)
            and self._split.needs_source_only
            and not self._ids.change_lines
            and self._finds_repetitions
        )

    @cached_property
    def _completer(self) -> Completer:
        return Completer(self._keys, self._type, self._listed)

    def decide(self, number: int, line: bytes) -> Decision:
        """The decision on the line of this number, as `Lines` gives it."""
        as_read = self.reader.glance(line)
        if as_read is None or self._fault is not None or number in self._image_findings:
            return self._decide_closely(number, line)
        record, summary = as_read
        if self._is_simple:
            key = fingerprint(record.source)
            validates = self._split.validates(key)
            return Kept(number, line, line, record, summary, key, key, validates, key, as_read)
        return self._admit(number, line, line, record, summary, as_read)

    def _decide_closely(self, number: int, line: bytes) -> Decision:
        first = self.reader.read_closely(number, line)
        as_read = None if first.record is None else (first.record, self._type.summarize(first.record))
        _, reading, fixed = self._fixer.mend(self.reader, number, line, first)
        record, findings = reading.record, reading.findings + self._image_findings.get(number, ())
        logged = tuple(finding for finding in findings if finding.code not in self._explained)
        if self._fault is not None and record is not None:
            finding = self._fault.problem.on(number, record.source)
            return Rejected(number, line, record.source, (finding,), as_read, logged, fixed)
        if any(map(is_error, findings)):
            return self._reject(number, line, findings, as_read, logged, fixed, has_record=record is not None)
        assert record is not None  # a line without record has a finding that rejects it
        decision = self._admit(
            number, without_comma(line), reading.output, record, self._type.summarize(record), as_read
        )
        decision.logged, decision.fixed = (*logged, *decision.logged), fixed
        return decision

    def _reject(
        self,
        number: int,
        line: bytes,
        findings: tuple[Finding, ...],
        as_read: tuple[Record, RecordSummary] | None,
        logged: tuple[Finding, ...],
        fixed: Counter[str],
        *,
        has_record: bool,
    ) -> Rejected:
        rejected = Rejected(number, line, "", findings, as_read, logged, fixed)
        rejected.lacks_metadata = self._completer.could_use(line, rejected.codes)
        if not has_record:
            rejected.misplaced = find_misplaced(line, findings, self._type.name)
        return rejected

    def _admit(
        self,
        number: int,
        line: bytes,
        output: bytes,
        record: Record,
        summary: RecordSummary,
        as_read: tuple[Record, RecordSummary] | None,
    ) -> Decision:
        """Keep a valid record, unless something excludes it."""
        stated = self._split.stated(line)
        candidate = Candidate(number, line, record, summary, stated)
        for exclusion in self._exclusions:
            if (finding := exclusion(candidate)) is not None:
                return self._excluded(candidate, finding, as_read)
        mark = fingerprint(record.source)
        own = None if output is line or not self._finds_repetitions else self._own(line)
        key = (record_fingerprint(record.source, own) if own else mark) if self._finds_repetitions else b""
        if self._misnamed is not None and (finding := self._misnamed(candidate)) is not None:
            return self._excluded(candidate, finding, as_read, key)
        kept = Kept(number, line, output, record, summary, mark, key, False, mark, as_read, own=own)
        self._place(kept, stated)
        self._rewrite(kept)
        if self._verifications and output is not line:  # else it holds no further attribute
            kept.answers = self._answers(line)
        return kept

    def _excluded(
        self,
        candidate: Candidate,
        finding: Finding,
        as_read: tuple[Record, RecordSummary] | None,
        key: bytes = b"",
    ) -> Rejected:
        source, stated = candidate.record.source, bool(candidate.stated)
        lacks_metadata = self._completer.could_use(candidate.line, (finding.code,))
        return Rejected(
            candidate.number,
            candidate.line,
            source,
            (finding,),
            as_read,
            (finding,),
            is_stated=stated,
            lacks_metadata=lacks_metadata,
            key=key,
        )

    def _own(self, line: bytes) -> Mapping[str, Raw]:
        return own_attributes(decode_pieces(line), self._keys, self._besides)

    def _place(self, kept: Kept, stated: str) -> None:
        if self._split.needs_source_only:
            kept.validates = self._split.validates(kept.fingerprint)
            return
        place = self._split.place(kept.record.source, kept.line, stated)
        kept.validates, kept.group, kept.is_grouped = place
        kept.is_stated = bool(stated)

    def _rewrite(self, kept: Kept) -> None:
        """Note the classes that it shows, and give them the names and ids of the dataset."""
        if not (self._shows_classes or self._ids.change_lines):
            return
        names = self._type.class_names(kept.record)
        if self._shows_classes and not kept.is_stated:
            kept.shown = {names.get(str(i), str(i)): i for i in kept.summary.classes}
        if spellings := self._ids.respelled(names):
            kept.output = edits.respell(kept.output, self._keys, spellings)
            kept.spellings = spellings
        if ids := self._ids.of_line(names):
            kept.summary = kept.summary.renumbered(ids)
            kept.output = edits.renumber(kept.output, self._keys, self._type, ids)

    def _answers(self, line: bytes) -> tuple[tuple[str, str], ...]:
        answers = ((each.name, each.class_on(line)) for each in self._verifications)
        return tuple((name, answer) for name, answer in answers if answer is not None)
