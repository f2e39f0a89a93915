"""Classes that only one side of the split shows: in words, with what can be done about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from groundtrain.dataset.description import DatasetContents
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.quantities import first_few, quantity, quoted, several
from groundtrain.settings.dataset_settings import DatasetSettings

_SHOWN = 3


class OneSided(NamedTuple):
    """Classes on one side only: what is to be said of them, what can be done, and all their names."""

    message: str
    ways: tuple[str, ...]
    names: tuple[str, ...]


def sides_of(dataset: DatasetContents) -> dict[str, tuple[int, int]]:
    """Records in training and validation of each class that one shows; the background is nothing to label."""
    train, validation = dataset.train.records_by_class, dataset.validation.records_by_class
    shown = {name for side in (train, validation) for name, records in side.items() if records}
    return {
        name: (train.get(name, 0), validation.get(name, 0))
        for name in classes_to_label(dataset)
        if name in shown
    }


def classes_to_label(dataset: DatasetContents) -> Iterator[str]:
    """Its classes, without the background."""
    label_type = LABEL_TYPES.get(dataset.type)
    background = label_type.background if label_type else ""
    return (name for name in dataset.classes if not background or name != background)


def find_one_sided(sides: Mapping[str, tuple[int, int]], settings: DatasetSettings) -> OneSided | None:
    """The classes that have records on one side only; None when there are none."""
    found = {name: counts for name, counts in sides.items() if any(counts) and not all(counts)}
    if not found:
        return None
    return OneSided(_in_words(found), _ways(found, settings), tuple(found))


def in_words_of_unused(names: Sequence[str], *, listed: bool = False) -> tuple[str, str]:
    """What is to be said of classes that no record shows, and what to do; `listed`: in a category file."""
    one = len(names) == 1
    message = f"{quantity(len(names), 'class is', 'classes are')} on no record: {several(names)}"
    or_remove = f", remove {'it' if one else 'them'} from the label category file" if listed else ""
    drop = 'set `dataset.unused_classes = "drop"`'
    return message, f"label some of {'it' if one else 'each'}{or_remove}, or {drop}"


def _in_words(found: Mapping[str, tuple[int, int]]) -> str:
    (name, counts), *others = found.items()
    if not others:
        train, validation = counts
        in_training = quantity(train, "record")
        return f"the class {quoted(name)} is on {in_training} in training and {validation} in validation"
    shown = [f"{quoted(name)} ({train} and {validation})" for name, (train, validation) in found.items()]
    return (
        f"{len(found):,} classes are on one side of the split only (records in training and validation):"
        f" {first_few(shown, _SHOWN)}"
    )


def _ways(found: Mapping[str, tuple[int, int]], settings: DatasetSettings) -> tuple[str, ...]:
    """Only what is not done yet and can help: a class on a single record cannot be on both sides."""
    label_more = f"label more of {'it' if len(found) == 1 else 'each'}"
    if settings.split_attribute is not None:
        return label_more, "correct the sides that `dataset.split_attribute` states"
    could_be_on_both = any(sum(counts) > 1 for counts in found.values())
    if settings.split == "stratified" or not could_be_on_both:
        return (label_more,)
    return label_more, 'set `dataset.split = "stratified"`'
