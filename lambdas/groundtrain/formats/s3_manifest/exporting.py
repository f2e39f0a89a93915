"""Export an augmented manifest as a classic S3 manifest, and its labels as a table.

The manifest is read once for the common prefix of its addresses, and once for each file that is written.
Eight bytes are kept for each object.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from groundtrain.dataset.misplaced_labels import MisplacedCounts, find_misplaced
from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.s3_manifest.classic_manifest import write_keys
from groundtrain.formats.s3_manifest.named_objects import Objects
from groundtrain.formats.s3_manifest.table_columns import TABLE_FORMATS
from groundtrain.formats.table_rows import row_writer
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.completed_manifest import added
from groundtrain.manifest.label_attributes.attribute_choice import find_label, label_names
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.output_files import replaced_file
from groundtrain.printable_text import is_blank
from groundtrain.record_keys import Keys

_UNUSABLE = frozenset({"GT202", "GT301"})


class ExportedLabels(Struct, frozen=True):
    """A table of labels that was written.

    Attributes:
        rows: number of rows below the header.
        added: metadata that lines lacked, in words.
        without_label: objects without a label, or with one that cannot be read.
        elsewhere: of those, the objects that have a label of this type under another attribute, by its name.
        not_in_table: lines with labels under other attributes, by name.
        formulas: cells that a spreadsheet program takes for a formula; they are kept as they are.
    """

    label: str
    type: str
    rows: int
    without_label: CountedExamples
    elsewhere: dict[str, int]
    not_in_table: dict[str, int]
    formulas: CountedExamples
    added: tuple[str, ...]


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
    without_label, misplaced = CountedExamples(), MisplacedCounts()
    rows, records = 0, 0
    with replaced_file(output) as file:
        writer = row_writer(file, output.suffix, table_format.columns)
        for number, line, address in objects.first_lines():
            records += 1
            reading = reader.read(number, line)
            if not _is_usable(reading, label_type):
                without_label.add(f"line {number}")
                found = reading.record is None and find_misplaced(line, reading.findings, label_type.name)
                if found:
                    misplaced.add(found)
                continue
            key, names = address.removeprefix(objects.prefix), label_type.class_names(reading.record)
            for cells in table_format.rows(reading.record, names):
                writer.write(key, cells)
                rows += 1
    return ExportedLabels(
        attribute.name,
        table_format.type,
        rows,
        without_label,
        dict(misplaced.same_type),
        _other_labels(objects, keys),
        writer.formulas,
        tuple(finding.message for finding in added(objects.source, records)),
    )


def _other_labels(objects: Objects, keys: Keys) -> dict[str, int]:
    """Lines that have a label under other attributes, by name."""
    counts: Counter[str] = Counter()
    for _, line, _ in objects.first_lines():
        pieces = decode_pieces(line)
        counts.update(name for name in label_names(pieces) if name in pieces and name not in keys)
    return dict(counts)


def _is_usable(reading: Reading, label_type: LabelType) -> bool:
    """A class without a name would be written as no class."""
    if reading.record is None or any(finding.code in _UNUSABLE for finding in reading.findings):
        return False
    names = label_type.class_names(reading.record)
    return not any(is_blank(names[str(i)]) for i in label_type.summarize(reading.record).classes)
