"""The sides of a split, and the words for them in lines, lists, folders and columns."""

from collections.abc import Mapping
from typing import Literal

Side = Literal["train", "validation", "test"]
TRAIN: Side = "train"
VALIDATION: Side = "validation"
TEST: Side = "test"
SIDES = (TRAIN, VALIDATION, TEST)
SPLIT_ATTRIBUTE = "split"
"""The attribute that says on which side a format has a record; `split_attribute` in settings reads it."""
IN_WORDS: Mapping[Side, str] = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}
_SIDES: Mapping[str, Side] = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("validation", "val", "valid", "validate", "dev"), VALIDATION),
    **dict.fromkeys(("test", "testing"), TEST),
}
"""In lower case."""


def side_named(name: str) -> Side | None:
    """The side that a line, folder, column or subset names, in any case; None if it is the name of none."""
    return _SIDES.get(name.strip().lower())
