"""Read one manifest before anything is written: its candidates, classes, and lines to leave out."""

from collections import Counter

from msgspec import Struct

from groundtrain.manifest.classes.class_map import ClassesSeen
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.repeated_sources import RecordsSeen, fingerprint
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.merging.chosen_lines import Candidate, Candidates
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import ClassSets, MergeableLineReader
from groundtrain.merging.other_labels import OtherLabels
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

    def scan(self, merge_input: MergeInput, position: int) -> Scan:
        """Read a manifest, and add each line that can be merged to the candidates."""
        lines, left_out, fixed = Lines(merge_input.source.open()), FindingLog(), Counter[str]()
        classes = tuple(ClassesSeen() for _ in merge_input.taken)
        reader, others = MergeableLineReader(merge_input), OtherLabels(merge_input, self.sets)
        number = 0
        for number, line in lines:
            mergeable = reader.read(number, line)
            if isinstance(mergeable, Finding):
                left_out.add((mergeable,))
                continue
            try:
                label_digest = reader.label_digest(mergeable)
            except DECODE_ERRORS as error:
                at = f"$.{merge_input.taken[mergeable.choice].label}"
                left_out.add((Finding("GT205", number, at, str(error), mergeable.source),))
                continue
            shown = self.sets.number(reader.shown(mergeable))
            self.candidates.add(
                Candidate(
                    mergeable.fingerprint,
                    mergeable.age,
                    position,
                    number,
                    label_digest,
                    mergeable.choice,
                    shown,
                )
            )
            self.records.add(fingerprint(mergeable.source), mergeable.source, mergeable.own, 1)
            classes[mergeable.choice].add(reader.names(mergeable))
            fixed.update(mergeable.fixes)
            others.add(number, mergeable)
        return Scan(lines.records, number, classes, left_out, fixed, others)


def classes_of(merge_input: MergeInput, scanned: Scan, flags: bytearray) -> tuple[ClassesSeen, ...]:
    """Classes on the flagged lines; another pass is needed only when some lines are not flagged."""
    if sum(flags) + scanned.left_out.counts.total() == scanned.records:
        return scanned.classes
    classes = tuple(ClassesSeen() for _ in merge_input.taken)
    reader = MergeableLineReader(merge_input)
    for number, line in Lines(merge_input.source.open()):
        if flags[number] and not isinstance(mergeable := reader.read(number, line), Finding):
            classes[mergeable.choice].add(reader.names(mergeable))
    return classes
