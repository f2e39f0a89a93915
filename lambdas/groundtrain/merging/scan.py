"""Read one manifest before anything is written: its candidates, classes, and lines to leave out."""

from collections import Counter

from msgspec import Struct

from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.repeated_sources import RecordsSeen, fingerprint
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.merging.chosen_lines import ALONE, Candidate, Candidates, ChosenLines, Place
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.mergeable_lines import ClassSets, MergeableLine, MergeableLineReader
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
    """Scans manifests, one after the other; the attributes are what is gathered of all of them.

    Args:
        unite: whether each label of a line counts, or the first.
    """

    def __init__(self, *, unite: bool = False) -> None:
        self._unite = unite
        self.candidates, self.sets, self.records = Candidates(), ClassSets(), RecordsSeen()

    def scan(self, merge_input: MergeInput, position: int) -> Scan:
        """Read a manifest, and add each label that can be merged to the candidates."""
        lines, left_out, fixed = Lines(merge_input.source.open()), FindingLog(), Counter[str]()
        classes = tuple(ClassesSeen() for _ in merge_input.taken)
        reader = MergeableLineReader(merge_input, unite=self._unite)
        others, number = OtherLabels(merge_input, self.sets), 0
        for number, line in lines:
            found = self._labels(merge_input, reader, number, line)
            if isinstance(found, Finding):
                left_out.add((found,))
                continue
            for mergeable, label_digest in found:
                shown, choice = self.sets.number(reader.shown(mergeable)), mergeable.choice
                place = mergeable.fingerprint, mergeable.age, position, number
                besides = mergeable.besides_digest
                self.candidates.add(Candidate(*place, label_digest, choice, shown, besides))
                classes[choice].add(reader.names(mergeable))
            labels = [mergeable for mergeable, _ in found]
            self.records.add(fingerprint(labels[0].source), labels[0].source, labels[0].own, 1)
            fixed.update({code for mergeable in labels for code in mergeable.fixes})
            others.add(number, labels)
        return Scan(lines.records, number, classes, left_out, fixed, others)

    def _labels(
        self, merge_input: MergeInput, reader: MergeableLineReader, number: int, line: bytes
    ) -> list[tuple[MergeableLine, int]] | Finding:
        """The labels of a line with their digests, or why it cannot be merged."""
        found = reader.read(number, line)
        if isinstance(found, Finding):
            return found
        labels = []
        for mergeable in found:
            try:
                labels.append((mergeable, reader.label_digest(mergeable)))
            except DECODE_ERRORS as error:
                at = f"$.{merge_input.taken[mergeable.choice].label}"
                return Finding("GT205", number, at, str(error), mergeable.source)
        return labels


def classes_of(
    merge_input: MergeInput, position: int, scanned: Scan, chosen: ChosenLines
) -> tuple[ClassesSeen, ...]:
    """Classes of the labels that are written; another pass is needed only when some are not."""
    if chosen.count(position) + scanned.left_out.counts.total() == scanned.records:
        return scanned.classes
    classes = tuple(ClassesSeen() for _ in merge_input.taken)
    reader = MergeableLineReader(merge_input, unite=bool(chosen.united))
    fates = chosen.taken[position]
    for number, line in Lines(merge_input.source.open()):
        if not fates[number] or isinstance(found := reader.read(number, line), Finding):
            continue
        for mergeable in found:
            if fates[number] == ALONE or chosen.is_written(Place(position, number, mergeable.choice)):
                classes[mergeable.choice].add(reader.names(mergeable))
    return classes
