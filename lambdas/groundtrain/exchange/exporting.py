"""Export an augmented manifest as a classic S3 manifest, and its labels as a table.

The manifest is read once for the common prefix of its addresses, and once for each file that is written.
Eight bytes are kept for each object.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.exchange.classic_manifest import write_keys
from groundtrain.exchange.counted_examples import CountedExamples
from groundtrain.exchange.objects import Objects
from groundtrain.exchange.row_writer import row_writer
from groundtrain.exchange.table_formats import TABLE_FORMATS
from groundtrain.manifest.attributes import find_label
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.output_file import replaced_file
from groundtrain.manifest.reading import Reading, RecordReader

_UNUSABLE = frozenset({"GT202", "GT301"})


class ExportedLabels(Struct, frozen=True):
    """A table of labels that was written.

    Attributes:
        rows: number of rows below the header.
        without_label: objects without a label, or with one that cannot be read.
    """

    label: str
    type: str
    rows: int
    without_label: CountedExamples


def export_keys(objects: Objects, output: Path) -> int:
    """Write the classic manifest, and return the number of its keys.

    Raises:
        SettingsError: the file cannot be written.
    """
    count = 0

    def addresses() -> Iterator[str]:
        nonlocal count
        for _, _, address in objects.first_lines():
            count += 1
            yield address

    with replaced_file(output) as file:
        write_keys(file, objects.prefix, addresses())
    return count


def export_labels(objects: Objects, label: str | None, output: Path) -> ExportedLabels:
    """Write the labels: a CSV file, or JSON Lines when the file's name ends in .jsonl.

    Args:
        objects: the objects whose labels are written; the first line that names an object counts.
        label: name of the label attribute; needed when there are several.
        output: the file.

    Raises:
        ManifestError: labels of this type cannot be written as a table.
        LabelAttributeError: the label attribute is not there, or several are and none was chosen.
        SettingsError: the file cannot be written.
    """
    attribute = find_label(objects.source, label)
    label_type, table_format = find_type(attribute), TABLE_FORMATS.get(attribute.type.lower())
    if label_type is None or table_format is None:
        raise ManifestError(
            f"{objects.source.name}: labels of type {attribute.type} cannot be written as a table",
            fix=f"those of {', '.join(TABLE_FORMATS)} can",
        )
    keys = keys_to_read(attribute, label_type)
    reader, objects = RecordReader(keys, label_type, _UNUSABLE), objects.completed(keys, label_type)
    without_label, rows = CountedExamples(), 0
    with replaced_file(output) as file:
        write = row_writer(file, output.suffix, table_format.columns)
        for number, line, address in objects.first_lines():
            reading = reader.read(number, line)
            if not _is_usable(reading):
                without_label.add(f"line {number}")
                continue
            key, names = address.removeprefix(objects.prefix), label_type.class_names(reading.record)
            for cells in table_format.rows(reading.record, names):
                write(key, cells)
                rows += 1
    return ExportedLabels(attribute.name, table_format.type, rows, without_label)


def _is_usable(reading: Reading) -> bool:
    return reading.record is not None and not any(f.code in _UNUSABLE for f in reading.findings)
