"""The classes of a manifest: their ids, their names, and the label category file."""
