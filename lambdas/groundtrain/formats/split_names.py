"""How other tools name the sides of a training: in lists, folders, columns and subsets."""

from collections.abc import Mapping

from groundtrain.errors import ManifestError
from groundtrain.formats.labeled_items import Split
from groundtrain.quantities import quoted

SPLIT_NAMES: Mapping[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "val", "valid"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
"""In lower case."""
WRITTEN_NAMES: Mapping[Split, str] = {"train": "train", "validation": "val", "test": "test"}
"""Those that are written, in this order."""
_OF_FOLDERS_AND_COLUMNS: Mapping[str, Split] = {
    **SPLIT_NAMES,
    **dict.fromkeys(("validate", "dev"), "validation"),
}


def split_named(name: str) -> Split | None:
    """The side of this name of a folder or in a column, in any case; None where it is the name of none."""
    return _OF_FOLDERS_AND_COLUMNS.get(name.strip().lower())


def in_a_list(name: str) -> str:
    """The name of an image on a line of the list of a side.

    Raises:
        ManifestError: it has a line break.
    """
    if name.splitlines() != [name]:
        raise ManifestError(
            f"the name of the image {quoted(name)} has a line break, and sides are lists of names",
            fix="rename the image",
        )
    return name
