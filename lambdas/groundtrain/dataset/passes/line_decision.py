"""Decide what becomes of one line.

A decision looks at nothing but the line, the settings and what an earlier pass has found, so that lines can
be decided in any order and anywhere. Whether an earlier line has the same source, the whole manifest knows:
see `whole_manifest`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Raw

from groundtrain.dataset import edits
from groundtrain.dataset.fixing import Fixer
from groundtrain.dataset.misplaced_labels import find_misplaced
from groundtrain.dataset.passes.decisions import Decision, Kept, Rejected
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.passes.exclusions import Candidate, build_exclusions, misnamed
from groundtrain.dataset.split.sides import TRAIN
from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.manifest.added_metadata import Completer
from groundtrain.manifest.classes.class_changes import ChangedLine
from groundtrain.manifest.label_attributes.attribute_choice import own_names
from groundtrain.manifest.label_attributes.verification import Verification
from groundtrain.manifest.label_types.label_type import Record, RecordSummary
from groundtrain.manifest.lines import without_comma
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.manifest.repeated_sources import fingerprint, record_fingerprint
from groundtrain.rules.findings import Finding


class LineDecider:
    """Decides the lines of one manifest, one by one; what it remembers only saves time.

    Attributes:
        given: what it decides by.
        reader: reads the lines.
    """

    def __init__(self, given: PassSettings, image_exists: Callable[[str], bool] | None = None) -> None:
        self.given, settings, earlier = given, given.settings, given.earlier
        self._type, self._keys, self._fault = given.label_type, given.keys, earlier.fault
        self._changes = given.class_changes()
        self._image_findings = given.image_findings
        self._looks_closely = self._fault is not None or self._changes is not None
        active = given.active
        self.reader = RecordReader(given.keys, self._type, active)
        self._explained = earlier.fault.explains if earlier.fault else frozenset[str]()
        self._fixer = Fixer(given.keys, self._type, settings.fix, refused=self._explained)
        self._ids = given.class_ids()
        self._split = SplitRule(settings, earlier.sides, earlier.moved)
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
        self._names, self._own_names = tuple[str, ...](), tuple[str, ...]()
        self._finds_repetitions = "GT401" in active
        self._shows_classes = given.shows_classes
        self._verifications = tuple(map(Verification, earlier.verifications))
        self._is_simple = (
            not (self._exclusions or self._misnamed or given.files)
            and self._split.needs_source_only
            and self._finds_repetitions
        )

    @cached_property
    def _completer(self) -> Completer:
        return Completer(self._keys, self._type, self.given.listed)

    def decide(self, number: int, line: bytes) -> Decision:
        """The decision on the line of this number, as `Lines` gives it."""
        reading = self.reader.read(number, line)
        record, summary = reading.record, reading.summary
        if record is None or summary is None:
            return self._decide_closely(number, line, reading, None)
        as_read = record, summary
        if reading.findings or self._looks_closely or number in self._image_findings:
            return self._decide_closely(number, line, reading, as_read)
        if self._is_simple and reading.output is line:
            key = fingerprint(record.source)
            side = self._split.side_of(key)
            return Kept(number, line, line, record, summary, key, key, side, key, as_read)
        return self._admit(number, line, reading, record, summary, as_read)

    def rewrite(self, kept: Sequence[Kept]) -> None:
        """Give records the names and ids of classes in the dataset, and note what classes they show.

        A record with classes that the dataset has not stays as it is: it repeats a line, as will be known.
        """
        if not (self._shows_classes or self._ids.change_lines):
            return
        for each in kept:
            names = self._type.class_names(each.record)
            if self._shows_classes and not each.is_stated:
                each.shown = {names.get(str(i), str(i)): i for i in each.summary.classes}
            if self._ids.are_in_place(names):
                continue
            if spellings := self._ids.respelled(names):
                each.output = edits.respell(each.output, self._keys, spellings)
                each.spellings = spellings
            ids = self._ids.changed(names)
            if ids and ids.keys() >= set(each.summary.classes):
                each.summary = each.summary.renumbered(ids, once=self._type.items_at == ())
                each.output = edits.renumber(each.output, self._keys, self._type, ids)

    def _decide_closely(
        self, number: int, line: bytes, first: Reading, as_read: tuple[Record, RecordSummary] | None
    ) -> Decision:
        if self._changes is None or as_read is None or self._fault is not None:
            return self._decide_mended(number, line, first, as_read)
        changed = self._changes.on(line, *as_read)
        if changed is None:
            return self._decide_mended(number, line, first, as_read)
        reading = first if changed.line is line else self.reader.read(number, changed.line)
        decision = self._decide_mended(number, changed.line, reading, as_read, changed)
        decision.line = line
        if isinstance(decision, Kept) or decision.codes == ("GT440",):
            decision.changed = changed.counts
        return decision

    def _decide_mended(
        self,
        number: int,
        line: bytes,
        first: Reading,
        as_read: tuple[Record, RecordSummary] | None,
        changed: ChangedLine | None = None,
    ) -> Decision:
        _, reading, fixed = self._fixer.mend(self.reader, number, line, first)
        record, findings = reading.record, reading.findings
        if changed is not None and changed.places is not None and self._changes is not None:
            findings = self._changes.in_place(findings, changed.places)
        findings += self._image_findings.get(number, ())
        logged = findings
        if self._explained:
            logged = tuple(finding for finding in findings if finding.code not in self._explained)
        if self._fault is not None and record is not None:
            finding = self._fault.finding.on(number, record.source)
            return Rejected(number, line, record.source, (finding,), as_read, logged, fixed)
        if any(finding.is_error for finding in findings):
            return self._reject(number, line, findings, as_read, logged, fixed, has_record=record is not None)
        assert record is not None  # a line without record has a finding that rejects it
        assert reading.summary is not None
        summary = reading.summary
        decision = self._admit(number, without_comma(line), reading, record, summary, as_read, changed)
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
        reading: Reading,
        record: Record,
        summary: RecordSummary,
        as_read: tuple[Record, RecordSummary] | None,
        changed: ChangedLine | None = None,
    ) -> Decision:
        """Keep a valid record, unless something excludes it."""
        stated, output = self._stated(number, line), reading.output
        candidate = Candidate(number, line, record, summary, stated)
        if changed is not None:
            candidate.is_emptied, candidate.has_no_label = changed.is_emptied, changed.has_no_label
        for exclusion in self._exclusions:
            if (finding := exclusion(candidate)) is not None:
                return self._excluded(candidate, finding, as_read)
        mark = fingerprint(record.source)
        own = self._own(reading.pieces) if len(reading.pieces) > len(self._keys) else None
        key = (record_fingerprint(record.source, own) if own else mark) if self._finds_repetitions else b""
        if self._misnamed is not None and (finding := self._misnamed(candidate)) is not None:
            return self._excluded(candidate, finding, as_read, key)
        kept = Kept(number, line, output, record, summary, mark, key, TRAIN, mark, as_read, own=own)
        self._place(kept, stated)
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

    def _own(self, pieces: Mapping[str, Raw]) -> Mapping[str, Raw] | None:
        if not self._finds_repetitions:
            return None
        if (names := tuple(pieces)) != self._names:  # most lines have the same attributes
            self._names, self._own_names = (
                names,
                own_names(names, self._keys, self._besides, self.given.settings.record_key),
            )
        return {name: pieces[name] for name in self._own_names}

    def _stated(self, number: int, line: bytes) -> str:
        """The side that the line states, or that of the manifest that it is in."""
        files = self.given.files
        return self._split.stated(line) if files is None else files.of_line(number).side

    def _place(self, kept: Kept, stated: str) -> None:
        if self._split.needs_source_only and not stated:
            kept.side = self._split.side_of(kept.fingerprint)
            return
        place = self._split.place(kept.record.source, kept.line, stated)
        kept.side, kept.group, kept.is_grouped = place
        kept.is_stated = bool(stated)

    def _answers(self, line: bytes) -> tuple[tuple[str, str], ...]:
        answers = ((each.name, each.class_on(line)) for each in self._verifications)
        return tuple((name, answer) for name, answer in answers if answer is not None)
