"""What a manifest holds: its label attributes, classes, counts and findings."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import UNSET, Struct, UnsetType

from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.passes.shared_lines import SharedLines
from groundtrain.dataset.split.sides import Side
from groundtrain.dataset.split.stated_sides import StatedSides
from groundtrain.errors import ManifestError
from groundtrain.json_pieces import ComputedSequence
from groundtrain.manifest.label_attributes.attribute_choice import choose, survey, survey_beginning, with_bare
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.registry import find_type
from groundtrain.manifest.label_types.sequences.sequence_file import (
    SEQUENCE_FILE,
    SequenceFile,
    read_sequence,
)
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings

MOST_LABELS = 100
_OF_THE_SPLIT = ("GT402", "GT403", "GT404", "GT408")
_KEYS = {"records_with_findings": "found_on", "manifest_findings": "remarks"}  # as programs read them


class ClassCount(Struct, frozen=True):
    """A class: the number of records that show it, and of its items there, such as boxes."""

    name: str
    records: int
    items: int


class LabelOverview(Struct, frozen=True, rename=_KEYS):
    """One label attribute.

    Attributes:
        usable: records that can be converted; None when the type is unknown.
        noun: what the labels are made of, in the plural, such as "boxes".
        rejected: the others by the rule that rejects them.
        findings: all findings by rule.
        records_with_findings: records with findings, by rule.
        manifest_findings: findings on the manifest as a whole.
        classes: by the id that a dataset would give them.
    """

    name: str
    type: str
    job: str
    created: str
    usable: int | None = None
    noun: str = ""
    rejected: dict[str, int] = {}
    findings: dict[str, int] = {}
    records_with_findings: dict[str, int] = {}
    manifest_findings: tuple[Finding, ...] = ()
    classes: tuple[ClassCount, ...] = ()
    statistics: dict[str, float] = {}


class Overview(Struct, frozen=True):
    """A manifest and its label attributes.

    Attributes:
        labels: the first `MOST_LABELS`; each takes a pass over the manifest.
        labels_not_shown: the number of the others.
        sides: lines by the side that they state in the attribute that import writes; unset where none does.
    """

    manifest: str
    records: int
    bytes: int
    labels: tuple[LabelOverview, ...]
    labels_not_shown: int = 0
    sides: dict[Side, int] | UnsetType = UNSET


def build_overview(source: ManifestSource, label: str | None = None) -> Overview:
    """Read a manifest and describe all its label attributes, or only the one named.

    The label file of a sequence can be read as well: its frames are the records.

    Raises:
        ManifestError: it is neither of the two, or a manifest without labels.
        LabelAttributeError: it has no label attribute of this name.
    """
    try:
        refuse_other_formats(source)
    except ManifestError:
        if (sequence := read_sequence(source)) is None:
            raise
        return _of_sequence(source, sequence)
    lines, sides = Lines(source.open()), StatedSides()
    surveyed = survey(sides.watch(lines))
    found = with_bare(source, surveyed, [label] if label else [])
    if label is not None or len(found) < 2:
        choose(source, found, label)
    wanted = [name for name in found if label in (None, name)]
    beginning, shown = survey_beginning(source), wanted[:MOST_LABELS]
    shared = SharedLines.of(source) if len(shown) > 1 else None
    labels = tuple(
        _look_at(source, found[name], beginning if name in beginning else surveyed, shared) for name in shown
    )
    others = len(wanted) - len(labels)
    return Overview(source.name, lines.records, lines.bytes, labels, others, sides.in_order() or UNSET)


def _of_sequence(source: ManifestSource, sequence: SequenceFile) -> Overview:
    """The frames of a video's or point cloud's label file as records."""
    found = dict(sorted(Counter(finding.code for finding in sequence.findings).items()))
    about = LabelOverview(
        SEQUENCE_FILE,
        sequence.type,
        job="",
        created="",
        usable=sequence.frames - sequence.faulty,
        noun="boxes",
        findings=found,
        records_with_findings=found,
        classes=tuple(_class_of_sequence(sequence, i) for i in range(max(sequence.items, default=-1) + 1)),
        statistics=sequence.statistics(),
    )
    return Overview(source.name, sequence.frames, source.size, (about,))


def _class_of_sequence(sequence: SequenceFile, class_id: int) -> ClassCount:
    name = sequence.names.get(class_id, f"class {class_id}")
    return ClassCount(name, sequence.frames_by_class[class_id], sequence.items[class_id])


def _look_at(
    source: ManifestSource,
    attribute: LabelAttribute,
    beginning: Mapping[str, LabelAttribute],
    shared: SharedLines | None,
) -> LabelOverview:
    about = LabelOverview(attribute.name, attribute.type, attribute.job, attribute.created)
    if find_type(attribute) is None:
        return about
    settings = DatasetSettings(label=attribute.name)
    read_lines = None if shared is None else shared.read_lines
    result = read_manifest(source, settings, discarded_outputs, beginning=beginning, read_lines=read_lines)
    return _with_counts(about, result)


def _with_counts(about: LabelOverview, result: PassResult) -> LabelOverview:
    counts, log = result.counts, result.counts.findings
    return LabelOverview(
        about.name,
        about.type,
        about.job,
        about.created,
        usable=result.lines.records - counts.reasons.total(),
        noun=result.label_type.noun,
        rejected=dict(sorted(counts.reasons.items())),
        findings={code: n for code, n in sorted(log.counts.items()) if code not in _OF_THE_SPLIT},
        records_with_findings=dict(sorted(log.records_with_findings.items())),
        manifest_findings=tuple(
            finding for finding in result.manifest_findings if finding.code not in _OF_THE_SPLIT
        ),
        classes=tuple(count_classes(result)),
        statistics=counts.statistics(),
    )


def count_classes(result: PassResult) -> Sequence[ClassCount]:
    """How often each class is there, by the id that a dataset would give it; there may be a million."""
    names, records = result.classes, result.counts.records_by_class
    items = result.counts.tally.items_by_class()
    return ComputedSequence(len(names), lambda i: ClassCount(names[i], records.get(i, 0), items.get(i, 0)))
