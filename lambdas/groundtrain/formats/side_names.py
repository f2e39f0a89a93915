"""The names that tools give to the sides of a training."""

from groundtrain.formats.labeled_items import Split

SIDE_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""In lower case."""
