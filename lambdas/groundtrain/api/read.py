"""`groundtrain.read`."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import fields

from groundtrain.api.call import AnyPath, Given, Names, called
from groundtrain.api.labels import Label, Record, labels_of
from groundtrain.api.result import Finding, Table
from groundtrain.calls.files import read_category_file
from groundtrain.calls.manifests import opened_manifest
from groundtrain.calls.settings import environment_of
from groundtrain.dataset.passes.label_choice import Labels, find_labels
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import is_fetched
from groundtrain.rules import active_codes

if TYPE_CHECKING:
    import pandas as pd

Worded = Callable[[str], str]
_SHOWN = 5  # records in a notebook


class Records:
    """The records of a manifest, one for each line; read anew, line by line, whenever they are iterated over.

    Attributes:
        manifest: its name.
        label: the label attribute that is read.
        type: its type, such as "groundtruth/object-detection".
    """

    def __init__(self, given: Given) -> None:
        arguments = dict(given.arguments)
        self._given, self._address = given, arguments.pop("manifest")
        category_file = arguments.pop("category_file", None)
        self._settings = environment_of(None, **arguments).dataset
        self._categories: Sequence[str] = read_category_file(category_file) if category_file else ()
        with opened_manifest(self._address) as source:
            labels = find_labels(source, self._settings)
            self.manifest, self.label, self.type = source.name, labels.keys.label, labels.label_type.name

    def __iter__(self) -> Iterator[Record]:
        with called(read, {}) as call, opened_manifest(self._address) as source:
            yield from self._records(source, find_labels(source, self._settings), call.words.worded)

    def _records(self, source: ManifestSource, labels: Labels, worded: Worded) -> Iterator[Record]:
        active = active_codes(self._settings.select, self._settings.ignore)
        reader = RecordReader(labels.keys, labels.label_type, active)
        whole = completed(source, labels.keys, labels.label_type, self._categories)
        for number, line in Lines(whole.open()):
            yield _record(number, reader.read(number, line), labels, worded)

    def to_pandas(self) -> "pd.DataFrame":
        """A row for each label, with the line and source of its record; records without labels have none.

        Raises:
            GroundtrainError: pandas is not installed, or the manifest cannot be read.
        """
        rows = [(record.line, record.source, label) for record in self for label in record.labels]
        names = _fields([label for _, _, label in rows])
        values = [[*place, *(getattr(label, name, None) for name in names)] for *place, label in rows]
        return Table(("line", "source", *names), values).to_pandas()

    def __repr__(self) -> str:
        return f"<records of {self.manifest}: {self.label} ({self.type})>"

    def _repr_html_(self) -> str:
        first = islice(self, _SHOWN)
        rows = [(each.line, each.source, len(each.labels), len(each.findings)) for each in first]
        return Table(("line", "source", "labels", "findings"), rows).html(f"{self!r}")


def read(
    manifest: AnyPath,
    *,
    label: str | None = None,
    category_file: AnyPath | None = None,
    select: Names | None = None,
    ignore: Names | None = None,
) -> Records:
    """The records of a manifest with their labels, typed, and what is wrong with each line.

    Only rules that look at one line are applied here; `check` applies all.

    Args:
        manifest: a file, or an address such as "s3://bucket/key".
        label: label attribute; needed when there are several.
        category_file: label category file, for lines that name no classes.
        select: codes or names of rules that count.
        ignore: those that do not.

    Raises:
        GroundtrainError: the manifest is not there, or the call is wrong.
    """
    with called(read, locals()) as call:
        return Records(call)


def _record(number: int, reading: Reading, labels: Labels, worded: Worded) -> Record:
    findings = tuple(Finding.of(finding, worded) for finding in reading.findings)
    record, is_fetched_source = reading.record, is_fetched(labels.keys.source)
    if record is None:
        source = next((finding.source for finding in reading.findings), "")
        return Record(line=number, source=source, findings=findings)
    is_usable = not any(finding.is_error for finding in reading.findings)
    return Record(
        line=number,
        source=record.source,
        image=record.source if is_fetched_source and labels.label_type.of_images else None,
        text=None if is_fetched_source else record.source,
        size=labels.label_type.image_size(record),
        labels=labels_of(record, labels.label_type) if is_usable else (),
        findings=findings,
        is_usable=is_usable,
    )


def _fields(labels: Sequence[Label]) -> list[str]:
    """Names of the fields of all kinds of labels there are."""
    kinds = dict.fromkeys(map(type, labels))
    return [*dict.fromkeys(field.name for kind in kinds for field in fields(kind))]
