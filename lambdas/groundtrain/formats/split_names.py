"""How folders, columns and subsets name the sides of a training."""

from collections.abc import Mapping

from groundtrain.formats.labeled_items import Split

_SPELLINGS: Mapping[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "val", "valid", "validate", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def split_named(name: str) -> Split | None:
    """The side of this name, in any case; None where it is the name of none."""
    return _SPELLINGS.get(name.strip().lower())
