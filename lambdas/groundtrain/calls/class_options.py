"""Options that change the classes of a dataset, by the names of their arguments."""

CLASS_OPTIONS = ("rename_class", "drop_class", "emptied_records")
