"""The sides of a split, and the words for them in lines, lists, folders and columns."""

from collections.abc import Mapping
from typing import Literal

Side = Literal["train", "validation", "test"]
TRAIN: Side = "train"
VALIDATION: Side = "validation"
TEST: Side = "test"
SIDES = (TRAIN, VALIDATION, TEST)
IN_WORDS: Mapping[Side, str] = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}
SIDES_OF_LISTS: Mapping[str, Side] = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("validation", "val", "valid"), VALIDATION),
    **dict.fromkeys(("test", "testing"), TEST),
}
"""By the name of a list of images, in lower case."""
_SIDES: Mapping[str, Side] = {**SIDES_OF_LISTS, **dict.fromkeys(("validate", "dev"), VALIDATION)}


def side_named(name: str) -> Side | None:
    """The side that a line, a folder or a column names, in any case; None where it is the name of none."""
    return _SIDES.get(name.strip().lower())
