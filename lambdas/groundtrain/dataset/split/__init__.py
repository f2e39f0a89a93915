"""Which side of the split a record is on, and what is to be said of the two sides."""
