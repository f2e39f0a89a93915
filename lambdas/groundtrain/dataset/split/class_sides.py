"""Classes that some side of the split does not show: in words, with what can be done about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from groundtrain.dataset.description import DatasetContents
from groundtrain.dataset.split.sides import IN_WORDS, SIDES
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.quantities import enumerated, first_few, quantity, quoted, several
from groundtrain.settings.dataset_settings import DatasetSettings

_SHOWN = 3
Records = tuple[int, ...]
"""In training, in validation, and in test where there is such a side."""


class OneSided(NamedTuple):
    """Classes that a side lacks: what is to be said of them, what can be done, and all their names."""

    message: str
    ways: tuple[str, ...]
    names: tuple[str, ...]


def sides_of(dataset: DatasetContents) -> dict[str, Records]:
    """Records on each side of each class that one shows; the background is nothing to label."""
    sides = [side.records_by_class for side in dataset.sides]
    shown = {name for side in sides for name, records in side.items() if records}
    return {
        name: tuple(side.get(name, 0) for side in sides)
        for name in classes_to_label(dataset)
        if name in shown
    }


def classes_to_label(dataset: DatasetContents) -> Iterator[str]:
    """Its classes, without the background."""
    label_type = LABEL_TYPES.get(dataset.type)
    background = label_type.background if label_type else ""
    return (name for name in dataset.classes if not background or name != background)


def find_one_sided(
    sides: Mapping[str, Records],
    settings: DatasetSettings,
    required: int = len(SIDES),
    *,
    is_given: bool = False,
) -> OneSided | None:
    """The classes that have records, yet none on one of the first `required` sides; None without any.

    `is_given`: whether each side is a manifest of its own, so that settings do not split.
    """
    found = {name: counts for name, counts in sides.items() if any(counts) and not all(counts[:required])}
    if not found:
        return None
    return OneSided(_in_words(found), _ways(found, settings, is_given=is_given), tuple(found))


def in_words_of_unused(names: Sequence[str], *, listed: bool = False) -> tuple[str, str]:
    """What is to be said of classes that no record shows, and what to do; `listed`: in a category file."""
    one = len(names) == 1
    message = f"{quantity(len(names), 'class is', 'classes are')} on no record: {several(names)}"
    or_remove = f", remove {'it' if one else 'them'} from the label category file" if listed else ""
    drop = 'set `dataset.unused_classes = "drop"`'
    return message, f"label some of {'it' if one else 'each'}{or_remove}, or {drop}"


def _in_words(found: Mapping[str, Records]) -> str:
    (name, counts), *others = found.items()
    sides = [IN_WORDS[side] for side in SIDES[: len(counts)]]
    if not others:
        numbers = [quantity(counts[0], "record"), *map(str, counts[1:])]
        on = enumerated([f"{number} in {side}" for number, side in zip(numbers, sides, strict=True)])
        return f"the class {quoted(name)} is on {on}"
    shown = [f"{quoted(name)} ({enumerated([*map(str, counts)])})" for name, counts in found.items()]
    are = "on one side of the split only" if len(counts) < len(SIDES) else "not on all sides of the split"
    return f"{len(found):,} classes are {are} (records in {enumerated(sides)}): {first_few(shown, _SHOWN)}"


def _ways(found: Mapping[str, Records], settings: DatasetSettings, *, is_given: bool) -> tuple[str, ...]:
    """Only what is not done yet and can help: a class on a single record cannot be on two sides."""
    which = "it" if len(found) == 1 else "each"
    label_more = f"label more of {which}"
    if is_given:
        return f"add records of {which} to the manifest that lacks them", label_more
    if settings.split_attribute is not None:
        return label_more, "correct the sides that `dataset.split_attribute` states"
    could_be_on_all = any(sum(counts) >= len(counts) for counts in found.values())
    if settings.split == "stratified" or not could_be_on_all:
        return (label_more,)
    return label_more, 'set `dataset.split = "stratified"`'
