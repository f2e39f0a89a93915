"""Number the classes of several manifests together, by name."""

from collections.abc import Iterable, Sequence

from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_map import ClassesSeen, listed_classes
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.merging.conflicts import Conflict


class ClassSets:
    """Sets of class names by number, each kept once."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self._sets: list[frozenset[str]] = []

    def number(self, names: Iterable[str]) -> int:
        """The number of this set."""
        key = frozenset(names)
        number = self._numbers.setdefault(key, len(self._sets))
        if number == len(self._sets):
            self._sets.append(key)
        return number

    def __getitem__(self, number: int) -> frozenset[str]:
        return self._sets[number]


def united_classes(
    label_type: LabelType, seen: Sequence[ClassesSeen], categories: Sequence[str]
) -> tuple[str, ...]:
    """Class names by new id: first the categories, then the classes seen, manifest by manifest.

    Ids in files outside the manifest stay unchanged.
    """
    if label_type.by_reference:
        return together(seen).in_place(label_type.background)
    return tuple(dict.fromkeys((*categories, *(name for one in seen for name in one.in_order()))))


def refuse_fixed_ids(
    label_type: LabelType, conflicts: Sequence[Conflict], disagreeing: Sequence[str]
) -> None:
    """Refuse to merge when one id means two classes and cannot be changed.

    `disagreeing` are the manifests that contradict themselves.

    Raises:
        ManifestError: there is such an id.
    """
    if not label_type.by_reference:
        return
    for conflict in conflicts:
        if conflict.kind == "one-id-two-names":
            raise ManifestError(
                f"class id {conflict.subject} is {conflict.message}; ids of this type lie outside the"
                " manifest, in files, and cannot be changed",
                fix=f"convert {' and '.join(disagreeing)} first: groundtrain convert leaves out the lines"
                " that disagree (GT330)"
                if disagreeing
                else "merge jobs with the same label categories",
            )


def refuse_other_order(label_type: LabelType, seen: Sequence[ClassesSeen], categories: Sequence[str]) -> None:
    """Refuse a label category file that gives classes other ids than the files of the labels have.

    Raises:
        ManifestError: there is such a class.
    """
    if not (label_type.by_reference and categories):
        return
    listed = listed_classes(label_type, categories)
    for i, name in together(seen).pairs():
        if name in listed and listed.index(name) != i:
            raise ManifestError(
                f'class "{name}" has id {i} in the files of the labels, and {listed.index(name)} by the label'
                " category file",
                fix="name the label category file of these jobs",
            )


def together(seen: Iterable[ClassesSeen]) -> ClassesSeen:
    """The classes of all of them."""
    all_seen = ClassesSeen()
    for one in seen:
        for i, name in one.pairs():
            all_seen.add({str(i): name})
    return all_seen
