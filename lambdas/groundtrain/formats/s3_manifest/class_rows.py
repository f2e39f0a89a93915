"""Image classification as a table: columns `key,class`, or for several classes also one column per class."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from groundtrain.errors import ManifestError
from groundtrain.formats.manifest_lines import class_metadata, classes_metadata
from groundtrain.formats.table_rows import Row, TableFormat
from groundtrain.manifest.label_types.classification.multi_label import MultiLabelRecord
from groundtrain.manifest.label_types.classification.single_label import SingleLabelRecord

CLASS = "class"
"""The column that names a class."""
_MARKS = {"1": True, "0": False, 1: True, 0: False}


def gather_one(rows: Iterable[Row]) -> dict[str, str]:
    """The class of each key."""
    labels: dict[str, str] = {}
    for row in rows:
        name = _class_name(row)
        if name is None:
            raise ManifestError(f"{row.place}: {row.key} has no class", fix="name one, or remove the row")
        if labels.setdefault(row.key, name) != name:
            raise ManifestError(
                f'{row.place}: {row.key} is "{name}" here and "{labels[row.key]}" before',
                fix="keep one of them, or import with --type image-classification-multilabel",
            )
    return labels


def gather_several(rows: Iterable[Row]) -> dict[str, list[str]]:
    """The classes of each key, each once, in the order in which they come."""
    labels: dict[str, list[str]] = {}
    for row in rows:
        label = labels.setdefault(row.key, [])
        label += (name for name in _marked(row) if name not in label)
    return labels


def _marked(row: Row) -> Iterator[str]:
    if CLASS in row.cells:
        if (name := _class_name(row)) is not None:
            yield name
        return
    for name, cell in row.filled().items():
        if not isinstance(cell, str | int) or cell not in _MARKS:
            raise ManifestError(
                f'{row.place}: "{name}" is {cell!r}',
                fix="write 1 for a class that is there and 0 for one that is not, or a column class",
            )
        if _MARKS[cell]:
            yield name


def _class_name(row: Row) -> str | None:
    name = row.cells.get(CLASS)
    if name is not None and not isinstance(name, str):
        raise ManifestError(f"{row.place}: the class is {name!r}", fix="name it by a text")
    if name:
        row.refuse_blank(name)
    return name or None


def _one_in_metadata(name: str, ids: Mapping[str, int]) -> dict[str, Any]:  # noqa: ARG001 - as in every format
    return class_metadata(name)


def _row_of_one(record: SingleLabelRecord, names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    yield (names[str(record.label)],)


def _rows_of_several(record: MultiLabelRecord, names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """One row a class; one without class where there is none."""
    classes = dict.fromkeys(map(str, record.label))
    yield from ((names[i],) for i in classes) if classes else [("",)]


ONE_CLASS = TableFormat(
    type="groundtruth/image-classification",
    needs=(CLASS,),
    columns=(CLASS,),
    gather=gather_one,
    classes=lambda name: [name],
    label=lambda name, ids: ids[name],
    metadata=_one_in_metadata,
    rows=_row_of_one,
)
SEVERAL_CLASSES = TableFormat(
    type="groundtruth/image-classification-multilabel",
    needs=(),
    columns=(CLASS,),
    gather=gather_several,
    classes=lambda names: names,
    label=lambda names, ids: [ids[name] for name in names],
    metadata=classes_metadata,
    rows=_rows_of_several,
)
