"""Read one manifest before anything is written: its candidates, classes, and lines to leave out."""

from msgspec import Struct

from groundtrain.manifest.class_map import ClassesSeen
from groundtrain.manifest.explain import DECODE_ERRORS
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.rules.finding_log import FindingLog
from groundtrain.manifest.rules.findings import Finding
from groundtrain.manifest.sources_seen import digest
from groundtrain.merging.deduplication import Candidate, Candidates
from groundtrain.merging.entries import EntryReader
from groundtrain.merging.inputs import Input


class Scan(Struct, frozen=True):
    """What one manifest holds.

    Attributes:
        records: number of lines that are not blank.
        last: number of the last line.
        left_out: lines that can't be merged, and why.
    """

    records: int
    last: int
    classes: ClassesSeen
    left_out: FindingLog


def scan(given: Input, position: int, candidates: Candidates) -> Scan:
    """Read a manifest, and add each line that can be merged to the candidates."""
    lines, classes, left_out = Lines(given.source.open()), ClassesSeen(), FindingLog()
    reader = EntryReader(given.keys, given.label_type)
    number = 0
    for number, line in lines:
        entry = reader.read(number, line)
        if isinstance(entry, Finding):
            left_out.add((entry,))
            continue
        try:
            label_digest = reader.label_digest(line, entry)
        except DECODE_ERRORS as error:
            left_out.add((Finding("GT205", number, f"$.{given.keys.label}", str(error), entry.source),))
            continue
        candidates.add(Candidate(digest(entry.source), entry.age, position, number, label_digest))
        classes.add(reader.names(entry))
    return Scan(lines.records, number, classes, left_out)


def classes_of(given: Input, scanned: Scan, flags: bytearray) -> ClassesSeen:
    """Classes on the flagged lines; another pass is needed only when some lines are not flagged."""
    if sum(flags) + scanned.left_out.counts.total() == scanned.records:
        return scanned.classes
    classes = ClassesSeen()
    reader = EntryReader(given.keys, given.label_type)
    for number, line in Lines(given.source.open()):
        if flags[number] and not isinstance(entry := reader.read(number, line), Finding):
            classes.add(reader.names(entry))
    return classes
