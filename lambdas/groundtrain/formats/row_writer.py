"""Write rows of labels in the formats that `rows` reads."""

import codecs
import csv
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from groundtrain.errors import ManifestError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.rows import KEY_COLUMNS
from groundtrain.printable_text import dump_json

_KEY = KEY_COLUMNS[0]
_BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RowWriter(Protocol):
    """Writes the rows of keys.

    Attributes:
        formulas: texts that a spreadsheet program takes for a formula.
    """

    formulas: CountedExamples

    def write(self, key: str, cells: Sequence[object]) -> None:
        """Write a row."""
        ...


def row_writer(file: BinaryIO, suffix: str, columns: Sequence[str]) -> RowWriter:
    """A writer of JSON Lines for the suffix .jsonl, and of CSV otherwise."""
    return _JsonWriter(file, columns) if suffix == ".jsonl" else _CsvWriter(file, columns)


class _CsvWriter:
    """Texts are written as they are, so that an import reads the same; what may run elsewhere is counted."""

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._table = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\n")
        self._table.writerow((_KEY, *columns))
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
    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._file, self._columns = file, columns
        self.formulas = CountedExamples()

    def write(self, key: str, cells: Sequence[object]) -> None:
        pairs = zip(self._columns, cells, strict=True)
        row = {column: None if cell == "" else cell for column, cell in pairs}
        self._file.write(dump_json({_KEY: key, **row}) + b"\n")
