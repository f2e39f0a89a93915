"""Pick one record of a manifest to draw."""

from typing import Any

from groundtrain.errors import ManifestError
from groundtrain.manifest.attributes import find_label
from groundtrain.manifest.completion import completed
from groundtrain.manifest.label_types.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.reading import RecordReader
from groundtrain.manifest.source import ManifestSource


def pick_record(source: ManifestSource, label: str | None, line: int | None) -> tuple[int, Any]:
    """The record on a line, or else the first that has boxes, with its line number.

    Raises:
        ManifestError: there is no such record, or it cannot be read.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    attribute = find_label(source, label)
    if find_type(attribute) is not BOUNDING_BOX:
        raise ManifestError(f"{source.name}: labels of type {attribute.type} have no boxes to draw")
    keys = keys_to_read(attribute, BOUNDING_BOX)
    reader = RecordReader(keys, BOUNDING_BOX, frozenset())
    for number, text in Lines(completed(source, keys, BOUNDING_BOX).open()):
        if line is not None and number != line:
            continue
        reading = reader.read(number, text)
        if reading.record is not None and (line is not None or BOUNDING_BOX.has_objects(reading.record)):
            return number, reading.record
        if line is not None:
            raise ManifestError(f"{source.name}, line {line}: {reading.findings[0].message}")
    raise ManifestError(
        f"{source.name} has no line {line}" if line else f"{source.name} has no record with anything to draw"
    )
