"""Lines of a manifest as subjects of pictures, with all that the rules find on them and on their images."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.images.image_store import ImageStore
from groundtrain.linting.image_batch import ImageCheckSettings
from groundtrain.linting.image_linter import find_image_findings
from groundtrain.linting.labeled_images import labeled_image
from groundtrain.linting.linter import check_manifest
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.label_types.sequences.sequence_file import read_sequence
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.output.pictures.chosen_lines import LineChoice, SeenLine
from groundtrain.output.pictures.subject import Subject
from groundtrain.quantities import quantity, several
from groundtrain.record_keys import Keys
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.s3_addresses import find_s3_address
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment

_ALL = frozenset(RULES)
_WHAT_LABELS_SAY = ("GT2", "GT3")
_TYPE_UNKNOWN = "labels of type {} are unknown, and cannot be drawn"


class LabelsToDraw(Struct, frozen=True):
    """The labels of one attribute of a manifest.

    Attributes:
        source: with the metadata that its lines lack.
        by_line: findings that only the whole manifest gives away, by line.
        on_file: findings on the labels as a whole.
    """

    source: ManifestSource
    keys: Keys
    label_type: LabelType
    by_line: Mapping[int, tuple[Finding, ...]]
    on_file: tuple[Finding, ...]


def labels_to_draw(source: ManifestSource, label: str | None) -> LabelsToDraw:
    """Read a manifest for one of its label attributes, the only one if none is named.

    Raises:
        ManifestError: it cannot be read, or labels of this type are unknown.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    attribute = _attribute_to_draw(source, label)
    label_type = find_type(attribute)
    if label_type is None:
        raise ManifestError(
            f"{source.name}: {_TYPE_UNKNOWN.format(attribute.type)}",
            fix="choose another label attribute by --label; without --draw all are shown",
        )
    keys = keys_to_read(attribute, label_type)
    settings = DatasetSettings(label=attribute.name)
    check = check_manifest(source, Environment(name="drawn", region="", dataset=settings))
    by_line: dict[int, tuple[Finding, ...]] = {}
    for finding in check.findings:
        by_line[finding.line] = (*by_line.get(finding.line, ()), finding)
    on_file = tuple(each for each in by_line.pop(0, ()) if each.code.startswith(_WHAT_LABELS_SAY))
    return LabelsToDraw(completed(source, keys, label_type), keys, label_type, by_line, on_file)


def _attribute_to_draw(source: ManifestSource, label: str | None) -> LabelAttribute:
    try:
        return find_label(source, label)
    except GroundtrainError as error:
        if read_sequence(source) is None:
            raise
        raise ManifestError(
            f"{source.name} is the label file of a sequence, whose frames are not drawn from it",
            fix="make a line of each frame (groundtrain import sequence), and draw those",
        ) from error


def subject_on(labels: LabelsToDraw, line: int | None) -> Subject:
    """The line of this number, or else the first that has something to draw.

    Raises:
        ManifestError: there is no such line, or none with anything to draw.
    """
    reader, lines = _reader(labels), Lines(labels.source.open())
    for number, text in lines:
        if line is not None and number != line:
            continue
        reading = reader.read(number, text)
        if line is not None or (reading.record is not None and labels.label_type.has_objects(reading.record)):
            return _subject(labels, number, reading)
    raise _nothing_there(labels.source.name, line, lines.records + lines.blank)


def chosen_subjects(
    labels: LabelsToDraw, most: int, *, class_name: str | None, rejected: bool
) -> list[Subject]:
    """At most so many lines that show something; see `chosen_lines`.

    Args:
        labels: of a manifest.
        most: lines.
        class_name: only lines that show this class.
        rejected: only lines that are left out of a dataset.

    Raises:
        ManifestError: no line is as asked for.
    """
    choice = LineChoice(most)
    known = set[str]()
    for seen in _seen(labels):
        known |= seen.classes
        if (class_name is None or class_name in seen.classes) and (seen.left_out or not rejected):
            choice.add(seen)
    chosen = choice.chosen()
    if not chosen:
        raise _none_chosen(labels.source.name, class_name, known, rejected=rejected)
    reader, wanted, subjects = _reader(labels), set(chosen), dict[int, Subject]()
    for number, text in Lines(labels.source.open()):
        if number in wanted:
            subjects[number] = _subject(labels, number, reader.read(number, text))
    return [subjects[number] for number in chosen]


def _seen(labels: LabelsToDraw) -> Iterator[SeenLine]:
    reader = _reader(labels)
    for number, text in Lines(labels.source.open()):
        reading = reader.read(number, text)
        findings = (*reading.findings, *labels.by_line.get(number, ()))
        codes = frozenset(finding.code for finding in findings)
        left_out = reading.record is None or any(finding.is_error for finding in findings)
        items, names = _shown(labels.label_type, reading)
        yield SeenLine(number, names, items, codes, left_out)


def _shown(label_type: LabelType, reading: Reading) -> tuple[int, frozenset[str]]:
    if reading.record is None or reading.summary is None:
        return 0, frozenset()
    names = label_type.class_names(reading.record)
    shown = {names[str(i)] for i in reading.summary.items if str(i) in names}
    return len(reading.summary.items), frozenset(shown)


def _reader(labels: LabelsToDraw) -> RecordReader:
    return RecordReader(labels.keys, labels.label_type, _ALL)


def _subject(labels: LabelsToDraw, number: int, reading: Reading) -> Subject:
    findings = dict.fromkeys((*reading.findings, *labels.by_line.get(number, ())))
    record = reading.record
    source = record.source if record is not None else next((f.source for f in reading.findings), "")
    return Subject(
        line=number,
        record=record,
        findings=tuple(sorted(findings, key=lambda finding: finding.code)),
        keys=labels.keys,
        label_type=labels.label_type,
        source=source,
        items=list(reading.summary.items) if reading.summary else (),
        classes=labels.label_type.class_names(record) if record is not None else {},
    )


def with_image_findings(
    subjects: list[Subject], labels: LabelsToDraw, store: ImageStore | None
) -> list[Subject]:
    """The subjects with what their images and masks show, where these can be read."""
    if store is None or not (labels.label_type.of_images or labels.label_type.mask_colours):
        return subjects
    images = [
        labeled_image(subject.line, subject.record, labels.label_type)
        for subject in subjects
        if subject.record is not None and find_s3_address(subject.source)
    ]
    settings = ImageCheckSettings(store, "full", lambda _: nullcontext(bool))
    found = find_image_findings(lambda: iter(images), labels.keys, _ALL, settings, labels.source.name)
    return [
        replace(subject, findings=(*subject.findings, *found.get(subject.line, ()))) for subject in subjects
    ]


def _nothing_there(name: str, line: int | None, lines: int) -> ManifestError:
    if line is None:
        return ManifestError(f"{name} has no record with anything to draw", fix="choose a record by --line")
    return ManifestError(
        f"{name} has no record on line {line}", fix=f"it has {quantity(lines, 'line')}: name one of them"
    )


def _none_chosen(name: str, class_name: str | None, known: set[str], *, rejected: bool) -> ManifestError:
    if class_name is not None and class_name not in known:
        return ManifestError(f'{name} has no class "{class_name}"', fix=_classes_known(known))
    if rejected:
        return ManifestError(f"{name} has no such line that is left out", fix="leave --rejected out")
    return ManifestError(f"{name} has no line to draw", fix="name another manifest or label attribute")


def _classes_known(known: set[str]) -> str:
    return f"name one of its classes: {several(sorted(known), 8)}" if known else "its lines have no classes"
