"""Pick one record of a manifest to draw."""

from typing import Any

from groundtrain.errors import ManifestError
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import find_label
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.quantities import quantity


def pick_record(source: ManifestSource, label: str | None, line: int | None) -> tuple[int, Any]:
    """The record on a line, or else the first that has boxes, with its line number.

    Raises:
        ManifestError: there is no such record, or it cannot be read.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    attribute = find_label(source, label)
    if find_type(attribute) is not BOUNDING_BOX:
        raise ManifestError(
            f"{source.name}: labels of type {attribute.type} have no boxes to draw",
            fix="choose a label attribute of boxes by --label; without --draw all are shown",
        )
    keys = keys_to_read(attribute, BOUNDING_BOX)
    reader = RecordReader(keys, BOUNDING_BOX, frozenset())
    lines = Lines(completed(source, keys, BOUNDING_BOX).open())
    for number, text in lines:
        if line is not None and number != line:
            continue
        reading = reader.read(number, text)
        if reading.record is not None and (line is not None or BOUNDING_BOX.has_objects(reading.record)):
            return number, reading.record
        if line is not None:
            found = reading.findings[0]
            raise ManifestError(f"{source.name}, line {line}: {found.message}", fix=found.advice)
    raise _nothing_there(source.name, line, lines.records + lines.blank)


def _nothing_there(name: str, line: int | None, lines: int) -> ManifestError:
    if line is None:
        return ManifestError(f"{name} has no record with anything to draw", fix="choose a record by --line")
    return ManifestError(
        f"{name} has no record on line {line}", fix=f"it has {quantity(lines, 'line')}: name one of them"
    )
