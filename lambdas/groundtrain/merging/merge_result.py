"""What a merge tells: what became of the records and labels of each manifest."""

from msgspec import Struct

from groundtrain.merging.conflicts import Conflict
from groundtrain.merging.other_labels import NotTaken
from groundtrain.rules.findings import Finding


class MergedInput(Struct, frozen=True):
    """What became of one manifest's records.

    Attributes:
        label: name of the label attribute that was taken; of several, those after the first are in `also`.
        taken: number of its records in the merged manifest; `unlabeled` of them have no label.
        united: number of records whose labels are written on the line of another one.
        taken_as_one: items of labels that are written together with others, by class: those that a label of
            another job has too, and that are there once.
        replaced: number of records that were taken from another line.
        replaced_classes: items of the labels replaced, such as boxes, by class.
        attributes_not_written: of lines that are not written and say something else beside labels and record
            key than the line that is: how many have an attribute, by its name.
        repeated: items of the records taken that are not written, by class: their line lists the class under
            several ids, and it is written once.
        left_out: number of records that can't be merged, by rule.
        fixed: number of records that were fixed on the way, by rule: what can be read in one way only.
        added: metadata that its lines lacked, in words.
        not_taken: labels under attributes that were not taken.
    """

    manifest: str
    label: str
    records: int
    taken: int
    unlabeled: int
    united: int
    taken_as_one: dict[str, int]
    replaced: int
    replaced_classes: dict[str, int]
    attributes_not_written: dict[str, int]
    repeated: dict[str, int]
    left_out: dict[str, int]
    fixed: dict[str, int]
    added: tuple[str, ...]
    not_taken: tuple[NotTaken, ...]
    also: tuple[str, ...]


class LeftOut(Struct, frozen=True):
    """A line that can't be merged."""

    manifest: str
    finding: Finding


class RecordsApart(Struct, frozen=True):
    """Records of one source that differ in attributes of their own, such as a page: all are kept.

    Attributes:
        count: number of records that have the source of an earlier one.
        attributes: names of the attributes.
    """

    count: int
    attributes: tuple[str, ...]


class Merged(Struct, frozen=True):
    """A merged manifest.

    Attributes:
        united: number of records that have labels of several jobs.
        classes: class names; the position is the class id.
        conflicts: number of conflicts by kind; `examples` are the first ones.
        left_out: the first lines that were left out, for each rule.
    """

    label: str
    type: str
    records: int
    united: int
    classes: tuple[str, ...]
    manifests: tuple[MergedInput, ...]
    conflicts: dict[str, int]
    examples: tuple[Conflict, ...]
    left_out: tuple[LeftOut, ...]
    records_apart: RecordsApart
