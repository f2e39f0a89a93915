"""The label types that can be read from and written as a table: one line each."""

from collections.abc import Collection

from groundtrain.exchange.box_table import BOXES
from groundtrain.exchange.class_table import ONE_CLASS, SEVERAL_CLASSES
from groundtrain.exchange.table_format import TableFormat

TABLE_FORMATS = {table_format.type: table_format for table_format in (BOXES, ONE_CLASS, SEVERAL_CLASSES)}


def format_of_columns(columns: Collection[str]) -> TableFormat:
    """The format of a table with these columns: boxes, one class, or a column for each class."""
    return next(
        (table_format for table_format in (BOXES, ONE_CLASS) if set(table_format.needs) <= set(columns)),
        SEVERAL_CLASSES,
    )
