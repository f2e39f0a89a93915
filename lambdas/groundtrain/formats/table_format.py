"""How labels of one type are read from and written as rows of a table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from groundtrain.formats.rows import Row


class TableFormat(Struct, frozen=True):
    """A label type as a table.

    Attributes:
        type: as Ground Truth spells it.
        needs: columns beside the key that every table of this type has.
        columns: those that are written beside the key.
        gather: labels by key from all rows; a ManifestError names the row that cannot be used.
        classes: names of the classes of a label.
        label, metadata: what a manifest's line says, the classes' ids given; metadata as far as the type
            decides it.
        rows: cells of a record's rows, the names of its classes by id as text given.
    """

    type: str
    needs: tuple[str, ...]
    columns: tuple[str, ...]
    gather: Callable[[Iterable[Row]], dict[str, Any]]
    classes: Callable[[Any], Iterable[str]]
    label: Callable[[Any, Mapping[str, int]], Any]
    metadata: Callable[[Any, Mapping[str, int]], dict[str, Any]]
    rows: Callable[[Any, Mapping[str, str]], Iterator[tuple[object, ...]]]
