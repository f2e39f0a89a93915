"""What of a manifest cannot be added up, and how parts of it become a whole all the same."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct, field

from groundtrain.dataset.passes.decisions import Decision, Kept, as_repetition
from groundtrain.dataset.passes.earlier_pass import PassSettings
from groundtrain.dataset.split.empty_sides import OutermostGroups
from groundtrain.dataset.split.leakage import MOST_RECORDS, Leakage
from groundtrain.dataset.split.sides import SIDES, Side
from groundtrain.dataset.split.stratified import Groups
from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.label_types.label_type import Habits, LabelType, RecordSummary
from groundtrain.manifest.repeated_sources import RecordsSeen, Sightings, entry
from groundtrain.record_keys import is_fetched


class ManifestPart(Struct):
    """What the order of lines has a say in, of lines that follow each other.

    Attributes:
        classes: names and ids of the records' classes.
        classes_by_side: the same of each manifest, where the split is given by several.
        most_sources: number of sources that are kept at the most.
        sources: the first sources that are fetched, and their sides: for `Leakage`.
        groups: groups and their classes, where groups are to be chosen by them for another pass.
        outermost: the outermost groups of each side.
    """

    most_sources: int = MOST_RECORDS
    classes: ClassesSeen = field(default_factory=ClassesSeen)
    classes_by_side: dict[Side, ClassesSeen] = {}
    sources: list[tuple[str, Side]] = []
    groups: Groups = field(default_factory=Groups)
    outermost: OutermostGroups = field(default_factory=OutermostGroups)

    @property
    def room(self) -> int:
        """Number of sources that may be added."""
        return self.most_sources - len(self.sources)

    def add_all(self, later: "ManifestPart") -> None:
        """Add the part that follows this one."""
        self.classes.add_all(later.classes)
        self.sources += later.sources[: self.room]
        self.groups.add_all(later.groups)
        self.outermost.add_all(later.outermost)

    def add(self, kept: Sequence[Kept], sides: Mapping[Side, Sequence[Kept]], given: PassSettings) -> None:
        """Add records, in the order of their lines, and the same by their side."""
        if given.files is None:
            self.classes.add_each(map(given.label_type.class_names, [each.record for each in kept]))
        for side, on_side in sides.items() if given.files is not None else ():
            seen = self.classes_by_side.setdefault(side, ClassesSeen())
            seen.add_each(map(given.label_type.class_names, [each.record for each in on_side]))
        if given.shows_classes:
            for each in kept:
                if each.shown is not None:
                    self.groups.add(each.group, each.shown)
        if is_fetched(given.keys.source) and (room := self.room):
            self.sources += [(each.record.source, each.side) for each in kept[:room]]
        for side, on_side in sides.items():
            self.outermost.add(side, [each.group for each in on_side if each.group])
            if given.settings.split_attribute and any(each.is_stated for each in on_side):
                self.outermost.stated.add(side)

    def names_in_order(self) -> tuple[str, ...]:
        """Names of classes by their ids; where each side is a manifest, those of training come first."""
        seen = [self.classes_by_side[side] for side in SIDES if side in self.classes_by_side]
        return tuple(dict.fromkeys(name for each in seen or [self.classes] for name in each.in_order()))

    def join_sides(self) -> None:
        """Take the classes of all sides together; the first names of ids are those of training."""
        for side in SIDES:
            if side in self.classes_by_side:
                self.classes.add_all(self.classes_by_side[side])

    def leakage(self) -> Leakage:
        """What the first names say of leakage between the sides."""
        leakage = Leakage()
        for source, side in self.sources:
            leakage.add(source, side)
        return leakage


class LabelOnly(Struct):
    """All of a record that habits of labels depend on."""

    label: Any
    source: str = ""
    metadata: Any = None


class LabelsRead(Struct):
    """Labels of a part of a sound file, as far as habits of labels depend on them.

    Attributes:
        standing_out: labels to be looked at, each with the number of items since the one before.
        items: number of items after the last of them.
    """

    standing_out: list[tuple[int, LabelOnly, RecordSummary]] = []
    items: int = 0

    def add(self, decisions: Iterable[Decision], habits: Habits) -> None:
        """Add the labels of these lines as they were read; `habits` only tell what stands out."""
        for record, summary in filter(None, [decision.as_read for decision in decisions]):
            if summary.may_find and habits.stands_out(record, summary):
                self.standing_out.append((self.items, LabelOnly(record.label), summary))
                self.items = 0
            else:
                self.items += len(summary.items)


class WholeManifest(Struct):
    """What of a manifest only the whole of it can tell.

    A whole is made of parts, which are runs of lines, so:

    1. *Line numbers* of a part begin where those of the part before it have ended; line ends are counted for
       that before its lines are read.
    2. The lines of a part are decided, in any order and anywhere (`LineDecider`).
    3. *Repeated sources*: the whole is asked, part by part in their order, which of the records kept it has
       met on earlier lines. Those are rejected before they are counted and written: where a part was counted
       before, it is read again.
    4. *Habits of the labels* are watched at the beginning of the whole, and again where labels look wrong.
       The whole is told, in the same order, of labels that must be looked at, and how many lie between them.
    5. `Counts` of parts are added up in any grouping, and in the order of their lines, since examples, the
       largest record and the order of reasons are those of the first lines.
    6. The other attributes of `ManifestPart` follow each other: the first name of an *id* is that of the
       earliest part, *leakage* looks at the first sources of all, *groups* unite, and the *group nearest to
       an empty side* is the nearest of all parts.
    7. What is written of the parts is written in their order, and its *digest* is that of all of it.
    8. Choices that need all lines (ids and spellings of classes, groups that validate, the group that is
       moved, the fault of a file) are made after the last part, for another pass: see `EarlierPass`.

    Attributes:
        part: of all parts so far.
        records: those that were kept, where repetitions count.
        habits: how the labels are written, where their type asks for it.
    """

    habits: Habits | None
    part: ManifestPart = field(default_factory=ManifestPart)
    records: RecordsSeen = field(default_factory=RecordsSeen)

    @classmethod
    def of(cls, label_type: LabelType) -> "WholeManifest":
        """A whole without any part yet."""
        return cls(label_type.habits() if label_type.habits else None)

    def count_labels(self, labels: LabelsRead) -> bool:
        """Gather habits from what was read of labels; False, and nothing gathered, where all are needed."""
        if self.habits is None or self.habits.is_watching:
            return self.habits is None
        habits = deepcopy(self.habits) if labels.standing_out else self.habits
        for items, record, summary in labels.standing_out:
            habits.count(items)
            habits.add(record, summary)
            if habits.is_watching:
                return False
        habits.count(labels.items)
        self.habits = habits
        return True

    def watch(self, decisions: Iterable[Decision]) -> None:
        """Gather the habits of labels as they were read, given the lines in their order."""
        habits = self.habits
        if habits is None:
            return
        read = [decision.as_read for decision in decisions if decision.as_read is not None]
        if not habits.is_watching and not [summary for _, summary in read if summary.may_find]:
            habits.count(sum([len(summary.items) for _, summary in read]))
            return
        items = 0
        for record, summary in read:
            if habits.is_watching or (summary.may_find and habits.stands_out(record, summary)):
                habits.count(items)
                habits.add(record, summary)
                items = 0
            else:
                items += len(summary.items)
        habits.count(items)


def sightings(decisions: Iterable[Decision]) -> Sightings:
    """What the whole manifest is asked about these lines."""
    met = [each for each in decisions if each.key]
    if not [each for each in met if type(each) is not Kept or each.own]:
        return Sightings([entry(each.key, each.number) for each in met])
    records = [
        (each.number, each.key, each.fingerprint, tuple(each.own) if each.own else (), True)
        if type(each) is Kept
        else (each.number, each.key, b"", (), False)
        for each in met
    ]
    return Sightings(records=records)


def without_repetitions(
    decisions: Sequence[Decision], repetitions: Mapping[int, int], given: PassSettings
) -> Sequence[Decision]:
    """The same, with lines rejected whose record an earlier line has; `repetitions` are lines with that."""
    if not repetitions:
        return decisions
    in_words = "line {:,}".format if given.files is None else given.files.in_words
    return [
        as_repetition(decision, in_words(repetitions[decision.number]), given.keys.source)
        if decision.number in repetitions
        else decision
        for decision in decisions
    ]
