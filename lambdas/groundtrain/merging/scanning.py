"""Read one manifest before anything is written: its candidates, classes, and lines to leave out."""

from collections import Counter

from msgspec import Struct

from groundtrain.manifest.classes.class_map import ClassesSeen
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.repeated_sources import RecordsSeen, fingerprint
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.merging.classes import ClassSets
from groundtrain.merging.deduplication import Candidate, Candidates
from groundtrain.merging.entries import EntryReader
from groundtrain.merging.inputs import Input
from groundtrain.merging.not_taken import OtherLabels
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding


class Scan(Struct, frozen=True):
    """What one manifest holds.

    Attributes:
        records: number of lines that are not blank.
        last: number of the last line.
        classes: for each label attribute taken, those of the lines that have their label there.
        left_out: lines that can't be merged, and why.
        fixed: lines that are fixed, by rule.
        others: labels under attributes that are not taken.
    """

    records: int
    last: int
    classes: tuple[ClassesSeen, ...]
    left_out: FindingLog
    fixed: Counter[str]
    others: OtherLabels


class Scanner:
    """Scans manifests, one after the other; the attributes are what is gathered of all of them."""

    def __init__(self) -> None:
        self.candidates, self.sets, self.records = Candidates(), ClassSets(), RecordsSeen()

    def scan(self, given: Input, position: int) -> Scan:
        """Read a manifest, and add each line that can be merged to the candidates."""
        lines, left_out, fixed = Lines(given.source.open()), FindingLog(), Counter[str]()
        classes = tuple(ClassesSeen() for _ in given.taken)
        reader, others = EntryReader(given), OtherLabels(given, self.sets)
        number = 0
        for number, line in lines:
            entry = reader.read(number, line)
            if isinstance(entry, Finding):
                left_out.add((entry,))
                continue
            try:
                label_digest = reader.label_digest(entry)
            except DECODE_ERRORS as error:
                at = f"$.{given.taken[entry.choice].label}"
                left_out.add((Finding("GT205", number, at, str(error), entry.source),))
                continue
            shown = self.sets.number(reader.shown(entry))
            self.candidates.add(
                Candidate(entry.mark, entry.age, position, number, label_digest, entry.choice, shown)
            )
            self.records.add(fingerprint(entry.source), entry.source, entry.own, 1)
            classes[entry.choice].add(reader.names(entry))
            fixed.update(entry.fixes)
            others.add(number, entry)
        return Scan(lines.records, number, classes, left_out, fixed, others)


def classes_of(given: Input, scanned: Scan, flags: bytearray) -> tuple[ClassesSeen, ...]:
    """Classes on the flagged lines; another pass is needed only when some lines are not flagged."""
    if sum(flags) + scanned.left_out.counts.total() == scanned.records:
        return scanned.classes
    classes = tuple(ClassesSeen() for _ in given.taken)
    reader = EntryReader(given)
    for number, line in Lines(given.source.open()):
        if flags[number] and not isinstance(entry := reader.read(number, line), Finding):
            classes[entry.choice].add(reader.names(entry))
    return classes
