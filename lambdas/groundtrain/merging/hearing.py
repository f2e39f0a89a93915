"""What the lines of one manifest say: the pass before anything is written."""

from msgspec import Struct

from groundtrain.manifest.class_map import ClassesSeen
from groundtrain.manifest.explain import DECODE_ERRORS
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.rules.finding_log import FindingLog
from groundtrain.manifest.rules.findings import Finding
from groundtrain.manifest.sources_seen import digest
from groundtrain.merging.contest import Candidate, Contest
from groundtrain.merging.entries import EntryReader
from groundtrain.merging.inputs import Input


class Heard(Struct, frozen=True):
    """What was heard of one manifest.

    Attributes:
        records: lines that are not blank.
        last: number of the last line.
        left_out: lines that can't be merged, and why.
    """

    records: int
    last: int
    classes: ClassesSeen
    left_out: FindingLog


def hear(taken: Input, position: int, contest: Contest) -> Heard:
    """Read a manifest and enter each line that can be merged for the contest."""
    lines, classes, left_out = Lines(taken.source.open()), ClassesSeen(), FindingLog()
    reader = EntryReader(taken.keys, taken.label_type)
    number = 0
    for number, line in lines:
        entry = reader.read(number, line)
        if isinstance(entry, Finding):
            left_out.add((entry,))
            continue
        try:
            says = reader.says(line, entry)
        except DECODE_ERRORS as error:
            left_out.add((Finding("GT205", number, f"$.{taken.keys.label}", str(error), entry.source),))
            continue
        contest.add(Candidate(digest(entry.source), entry.age, position, number, says))
        classes.add(reader.names(entry))
    return Heard(lines.records, number, classes, left_out)


def classes_of(taken: Input, heard: Heard, flags: bytearray) -> ClassesSeen:
    """Classes on the lines that are flagged, which are some or all of those heard."""
    if sum(flags) + heard.left_out.counts.total() == heard.records:
        return heard.classes
    classes = ClassesSeen()
    reader = EntryReader(taken.keys, taken.label_type)
    for number, line in Lines(taken.source.open()):
        if flags[number] and not isinstance(entry := reader.read(number, line), Finding):
            classes.add(reader.names(entry))
    return classes
