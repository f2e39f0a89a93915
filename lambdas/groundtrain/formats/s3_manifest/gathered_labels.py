"""Read all labels of a table, by the object they belong to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.s3_manifest.table_columns import refuse_columns
from groundtrain.formats.table_rows import TableFormat, read_rows
from groundtrain.manifest.classes.name_positions import class_positions, distinct
from groundtrain.manifest.source import ManifestSource


class Labels(Struct, frozen=True):
    """The labels of a table.

    Attributes:
        by_key: labels as the format gathers them, by key or address as in the table.
        ids: class ids by name.
    """

    table_format: TableFormat
    by_key: Mapping[str, Any]
    ids: Mapping[str, int]


def gather_labels(
    table: ManifestSource, type_name: str | None = None, categories: Sequence[str] = ()
) -> Labels:
    """Read a whole table; without a type name, its columns determine the label type.

    Class ids are positions in `categories`, or without categories, in the order of the table.

    Raises:
        ManifestError: the table cannot be used, or has a class that is not one of the categories.
    """
    formats: list[TableFormat] = []

    def check(place: str, columns: Collection[str]) -> None:
        formats.append(refuse_columns(place, columns, formats[0].type if formats else type_name))

    rows = read_rows(table, check)
    first = next(rows, None)
    if first is None:
        raise ManifestError(f"{table.name} has no rows below its columns", fix="add one row per label")
    table_format = formats[0]
    by_key = table_format.gather(chain([first], rows))
    names = dict.fromkeys(name for label in by_key.values() for name in table_format.classes(label))
    ids = class_positions(distinct(tuple(categories or names)))
    _refuse_others(table, names, ids)
    return Labels(table_format, by_key, ids)


def _refuse_others(table: ManifestSource, names: Iterable[str], ids: Mapping[str, int]) -> None:
    for name in names:
        if name not in ids:
            raise ManifestError(
                f'{table.name}: the class "{name}" is not in the label category file',
                fix="correct its name, or add it to the label category file",
            )
