"""A table of labels, CSV or JSON Lines: one box, or one class, a row."""
