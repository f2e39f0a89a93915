"""Write rows of labels in the formats that `rows` reads."""

import codecs
import csv
from collections.abc import Callable, Sequence
from typing import BinaryIO

import msgspec

from groundtrain.exchange.rows import KEY_COLUMNS

_KEY = KEY_COLUMNS[0]


def row_writer(
    file: BinaryIO, suffix: str, columns: Sequence[str]
) -> Callable[[str, Sequence[object]], None]:
    """A function that writes the row of a key, JSON Lines for the suffix .jsonl and CSV otherwise."""
    return _json_writer(file, columns) if suffix == ".jsonl" else _csv_writer(file, columns)


def _csv_writer(file: BinaryIO, columns: Sequence[str]) -> Callable[[str, Sequence[object]], None]:
    table = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\n")
    table.writerow((_KEY, *columns))
    return lambda key, cells: table.writerow((key, *cells))


def _json_writer(file: BinaryIO, columns: Sequence[str]) -> Callable[[str, Sequence[object]], None]:
    def write(key: str, cells: Sequence[object]) -> None:
        row = {column: None if cell == "" else cell for column, cell in zip(columns, cells, strict=True)}
        file.write(msgspec.json.encode({_KEY: key, **row}) + b"\n")

    return write
