"""How the sides of a training are named in files of other tools that are written."""

from collections.abc import Mapping

from groundtrain.errors import ManifestError
from groundtrain.formats.labeled_items import Split
from groundtrain.quantities import quoted

WRITTEN_NAMES: Mapping[Split, str] = {"train": "train", "validation": "val", "test": "test"}
"""Those that are written, in this order."""


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
