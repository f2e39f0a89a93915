"""The rows of a table of labels, read and written: CSV, or JSON Lines with the same column names."""

import codecs
import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, Protocol

import msgspec
from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.json_text import dump_json
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS, explain_overlooked
from groundtrain.printable_text import is_blank
from groundtrain.rules.line_limits import MAX_LINE

KEY_COLUMNS = ("key", "source")
_BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


class Row(NamedTuple):
    """One row.

    Attributes:
        place: file and line, for messages.
        key: key of the labeled object, or its whole address.
        cells: the other cells by column; strings in CSV, JSON values otherwise.
    """

    place: str
    key: str
    cells: Mapping[str, Any]

    def refuse_blank(self, name: str) -> None:
        """Check that something of the class's name can be seen.

        Raises:
            ManifestError
        """
        if is_blank(name):
            raise ManifestError(
                f"{self.place}: the class has no visible character", fix="name it, or remove the row"
            )

    def filled(self) -> dict[str, Any]:
        """The cells that are not empty, without surrounding white space."""
        stripped = {
            column: cell.strip() if isinstance(cell, str) else cell for column, cell in self.cells.items()
        }
        return {column: cell for column, cell in stripped.items() if cell not in ("", None)}


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


def read_rows(source: ManifestSource, check: Callable[[str, Collection[str]], object]) -> Iterator[Row]:
    """The rows of a table; the first line shows whether it is CSV or JSON Lines.

    `check` is given the name of the table, or of the row where rows differ, and columns not seen before.

    Raises:
        ManifestError: it is not such a table, or one of its rows has no key.
    """
    seen: set[frozenset[str]] = set()
    for place, where, cells in read_cells(source):
        if (columns := frozenset(cells)) not in seen:
            check(where, list(cells))
            seen.add(columns)
        yield _row(place, cells)


def read_cells(source: ManifestSource, separators: bytes = b",") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Place of each row, the name of what has its columns (the table; the row of JSON Lines), and its cells.

    Args:
        source: the table.
        separators: which may stand between cells of CSV; the first line shows which of them does.

    Raises:
        ManifestError: it is no table.
    """
    lines = iter(Lines(source.open()))
    first = next(lines, None)
    if first is None:
        raise ManifestError(f"{source.name} has no labels", fix="name a file with one row per label")
    all_lines = _checked(source, chain([first], lines))
    is_json = first[1].lstrip().startswith(b"{")
    separator = _separator(first[1], separators)
    rows = _json_cells(source, all_lines) if is_json else _csv_cells(source, all_lines, separator)
    for number, cells in rows:
        place = f"{source.name} line {number}"
        yield place, place if is_json else source.name, cells


def _separator(line: bytes, separators: bytes) -> str:
    unquoted = re.sub(rb'"[^"]*"', b"", line)
    return chr(max(separators, key=unquoted.count))


def _row(place: str, cells: dict[str, Any]) -> Row:
    column = next(column for column in KEY_COLUMNS if column in cells)
    key = cells.pop(column)
    if not isinstance(key, str) or not key:
        raise ManifestError(f"{place}: the {column} is {key!r}", fix="name the object that is labeled")
    return Row(place, key, cells)


def _checked(source: ManifestSource, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    for number, line in lines:
        if len(line) > MAX_LINE:
            raise _not_a_row(source, number, f"more than {MAX_LINE >> 20} MiB in one line")
        yield number, line


def _json_cells(
    source: ManifestSource, lines: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines:
        try:
            cells = _decode_object(line)
        except DECODE_ERRORS as error:
            raise ManifestError(
                f"{source.name} line {number} is no JSON object ({error})", fix="write one object a line"
            ) from error
        may_repeat = line.count(b":") > len(cells)
        if may_repeat and (problem := explain_overlooked(line)):
            raise ManifestError(f"{source.name} line {number}: {problem.message}", fix=problem.advice)
        yield number, cells


def _csv_cells(
    source: ManifestSource, lines: Iterable[tuple[int, bytes]], separator: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0

    def texts() -> Iterator[str]:
        nonlocal number
        last = 0
        for number, line in lines:
            yield from ["\n"] * (
                number - last - 1 if last else 0
            )  # a quoted cell may go on after a blank line
            yield line.decode() + "\n"
            last = number

    try:
        table = csv.reader(texts(), strict=True, delimiter=separator)
        columns = [column.strip() for column in next(table)]
        if len(set(columns)) < len(columns):
            raise _not_a_row(source, number, "a column is named twice")
        for row in filter(None, table):
            if len(row) != len(columns):
                raise _not_a_row(source, number, f"{len(row)} cells for {len(columns)} columns")
            yield number, dict(zip(columns, row, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_a_row(source, number, str(error)) from error


def _not_a_row(source: ManifestSource, number: int, reason: str) -> ManifestError:
    return ManifestError(
        f"{source.name} line {number} is no row of the table: {reason}",
        fix="the first row of a CSV file names the columns, and every other row has as many cells",
    )


class RowWriter(Protocol):
    """Writes the rows of keys.

    Attributes:
        formulas: texts that a spreadsheet program takes for a formula.
    """

    formulas: CountedExamples

    def write(self, key: str, cells: Sequence[object]) -> None:
        """Write a row."""
        ...


def row_writer(
    file: BinaryIO, suffix: str, columns: Sequence[str], key_column: str = KEY_COLUMNS[0]
) -> RowWriter:
    """A writer of JSON Lines for the suffix .jsonl, and of CSV otherwise."""
    writer = _JsonWriter if suffix == ".jsonl" else _CsvWriter
    return writer(file, columns, key_column)


class _CsvWriter:
    """Texts are written as they are, so that an import reads the same; what may run elsewhere is counted."""

    def __init__(self, file: BinaryIO, columns: Sequence[str], key_column: str) -> None:
        self._table = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\n")
        self._table.writerow((key_column, *columns))
        self.formulas = CountedExamples()

    def write(self, key: str, cells: Sequence[object]) -> None:
        for cell in (key, *cells):
            if isinstance(cell, str) and "\r" in cell:
                raise ManifestError(
                    f"the cell {cell!r} has a carriage return, which a table in CSV would not keep",
                    fix="write the table as JSON Lines: give it a name that ends in .jsonl",
                )
            if isinstance(cell, str) and cell.startswith(_BEGIN_A_FORMULA):
                self.formulas.add(cell)
        self._table.writerow((key, *cells))


class _JsonWriter:
    def __init__(self, file: BinaryIO, columns: Sequence[str], key_column: str) -> None:
        self._file, self._columns, self._key_column = file, columns, key_column
        self.formulas = CountedExamples()

    def write(self, key: str, cells: Sequence[object]) -> None:
        pairs = zip(self._columns, cells, strict=True)
        row = {column: None if cell == "" else cell for column, cell in pairs}
        self._file.write(dump_json({self._key_column: key, **row}) + b"\n")
