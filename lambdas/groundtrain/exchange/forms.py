"""The label types that can be written as a table: one line each."""

from collections.abc import Collection

from groundtrain.exchange.box_table import BOXES
from groundtrain.exchange.class_table import ONE_CLASS, SEVERAL_CLASSES
from groundtrain.exchange.form import Form

FORMS = {form.type: form for form in (BOXES, ONE_CLASS, SEVERAL_CLASSES)}


def form_of_columns(columns: Collection[str]) -> Form:
    """The form that a table with these columns has: boxes, one class, or a column for each class."""
    return next((form for form in (BOXES, ONE_CLASS) if set(form.needs) <= set(columns)), SEVERAL_CLASSES)
