"""The label types that can be read from and written as a table: one line each."""

from groundtrain.formats.box_table import BOXES
from groundtrain.formats.class_table import ONE_CLASS, SEVERAL_CLASSES

TABLE_FORMATS = {table_format.type: table_format for table_format in (BOXES, ONE_CLASS, SEVERAL_CLASSES)}
