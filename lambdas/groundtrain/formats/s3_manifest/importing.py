"""Join a classic S3 manifest with a table of labels to an augmented manifest."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from groundtrain.dataset.outputs import LineWriter
from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.manifest_lines import Origin, labeled_line
from groundtrain.formats.s3_manifest.classic_manifest import Key, read_keys
from groundtrain.formats.s3_manifest.gathered_labels import Labels
from groundtrain.manifest.classes.class_spellings import similar_names
from groundtrain.manifest.label_attributes.attribute_names import refuse_label_name
from groundtrain.manifest.source import ManifestSource
from groundtrain.output_files import replaced_file
from groundtrain.record_keys import SOURCE_REF


class Imported(Struct, frozen=True):
    """An augmented manifest that was written.

    Attributes:
        records: number of lines, one for each listed object with a label.
        keys_without_label: listed objects without a label.
        labels_without_key: labels of objects that are not listed.
        repeated_keys: objects that are listed more than once; the first time counts.
        fixed_addresses: objects whose address had s3:// twice, and has it once now.
        similar_names: names of classes that differ in spelling only; they stay classes of their own.
    """

    label: str
    type: str
    records: int
    classes: tuple[str, ...]
    keys_without_label: CountedExamples
    labels_without_key: CountedExamples
    repeated_keys: CountedExamples
    fixed_addresses: CountedExamples
    similar_names: tuple[tuple[str, ...], ...]


def import_manifest(classic: ManifestSource, labels: Labels, origin: Origin, output: Path) -> Imported:
    """Write the augmented manifest, in the order of the classic one.

    A label belongs to the object whose key (as listed) or whole address it names.

    Raises:
        ManifestError: the classic manifest is invalid, or none of its objects has a label.
        LabelAttributeError: the name of the label attribute is not allowed.
        SettingsError: the file cannot be written.
    """
    refuse_label_name(origin.label, by_reference=False)
    matching = _Matching(labels)
    with replaced_file(output) as file:
        writer = LineWriter(file)
        for address, label in matching.matched(read_keys(classic)):
            writer.write(_line(address, label, labels, origin))
        writer.flush()
        _refuse_none(classic, matching)
    return Imported(
        label=origin.label,
        type=labels.table_format.type,
        records=writer.records,
        classes=tuple(labels.ids),
        keys_without_label=matching.without_label,
        labels_without_key=CountedExamples.of(key for key in labels.by_key if key not in matching.taken),
        repeated_keys=matching.repeated,
        fixed_addresses=matching.fixed,
        similar_names=tuple(similar_names(labels.ids)),
    )


class _Matching:
    """Joins objects and labels; the attributes are complete at the end."""

    def __init__(self, labels: Labels) -> None:
        self._by_key = labels.by_key
        self.taken: set[str] = set()
        self.without_label, self.repeated, self.fixed = (CountedExamples() for _ in range(3))

    def matched(self, keys: Iterable[Key]) -> Iterator[tuple[str, Any]]:
        """Address and label of each object that has one."""
        for key in keys:
            name = key.text if key.text in self._by_key else key.address
            if name in self.taken:
                self.repeated.add(key.text)
            elif name in self._by_key:
                self.taken.add(name)
                if key.is_fixed:
                    self.fixed.add(key.text)
                yield key.address, self._by_key[name]
            else:
                self.without_label.add(key.text)


def _refuse_none(classic: ManifestSource, matching: _Matching) -> None:
    if not matching.taken:
        keys = matching.without_label.examples
        listed = f"lists keys such as {keys[0]}, and none of them has a label" if keys else "lists no key"
        raise ManifestError(
            f"{classic.name} {listed}",
            fix="name the objects in the table as the manifest does, or by address",
        )


def _line(address: str, label: Any, labels: Labels, origin: Origin) -> bytes:
    table_format = labels.table_format
    value = table_format.label(label, labels.ids), table_format.metadata(label, labels.ids)
    return labeled_line(origin, (SOURCE_REF, address), table_format.type, value)
