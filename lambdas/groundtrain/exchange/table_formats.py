"""The label types that can be read from and written as a table: one line each."""

from groundtrain.exchange.box_table import BOXES
from groundtrain.exchange.class_table import ONE_CLASS, SEVERAL_CLASSES

TABLE_FORMATS = {table_format.type: table_format for table_format in (BOXES, ONE_CLASS, SEVERAL_CLASSES)}
