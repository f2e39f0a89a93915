"""The ids that a dataset gives to classes: 0 to n-1 by name, whatever gaps a manifest's ids have."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from groundtrain.manifest.classes.class_spellings import PlainSpellings, plain_spelling
from groundtrain.manifest.classes.classes_seen import is_number
from groundtrain.manifest.classes.name_positions import class_positions, distinct
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.quantities import quoted

_REMEMBERED = 4096
_KEPT_BY_ID = 50_000


class ClassIds:
    """Maps the class ids of a line to those of the dataset, by name; with `fixed`, ids never change.

    Args:
        classes: names of the classes by id, None while they are unknown.
        fixed: whether ids stay as they are.
        spellings: other spellings of these names, and what they are spellings of.
        listed: whether the classes are those of a label category file; a name that differs from only one of
            them, and in spelling only, is that class.

    Attributes:
        are_known: whether the classes of the dataset are known.
        are_listed: whether they are those of a label category file.
        change_lines: whether ids or names of a line may have to change.
    """

    def __init__(
        self,
        classes: Sequence[str] | None,
        *,
        fixed: bool = False,
        spellings: Mapping[str, str] = {},
        listed: bool = False,
    ) -> None:
        self._classes = classes if fixed else None
        self._by_name = None if classes is None or fixed else class_positions(classes)
        first = islice(self._by_name or (), _KEPT_BY_ID)
        self._in_place = {str(i): name for i, name in enumerate(first) if name not in spellings}.items()
        self._spellings = dict(spellings)
        self._listed = tuple(classes or ()) if listed else ()
        self._known: dict[tuple[tuple[str, str], ...], dict[int, int]] = {}
        self._unchanged: set[tuple[tuple[str, str], ...]] = set()
        self.are_known, self.are_listed = classes is not None, listed
        self.change_lines = self._by_name is not None or bool(spellings)

    @cached_property
    def _alike(self) -> PlainSpellings:
        """Only made when a line has a name that is not listed."""
        return PlainSpellings(self._listed)

    def taken(self, name: str) -> str:
        """The spelling of a class that is taken for this one."""
        if name in self._spellings:
            return self._spellings[name]
        if self._listed and self._by_name is not None and name not in self._by_name:
            self._spellings[name] = self._alike.of(name) or name
            return self._spellings[name]
        return name

    def are_in_place(self, names: Mapping[str, str]) -> bool:
        """True when each id of the line's class-map has its name in the dataset too, so that all can stay."""
        return names.items() <= self._in_place

    def respelled(self, names: Mapping[str, str]) -> dict[str, str]:
        """Names on the line for which another spelling is taken, with that."""
        if not self._spellings and (
            self._by_name is None or all(map(self._by_name.__contains__, names.values()))
        ):
            return {}
        return {name: taken for name in names.values() if (taken := self.taken(name)) != name}

    def unknown(self, names: Mapping[str, str], ids: Iterable[int]) -> list[str]:
        """Names on the line that are not classes of the dataset."""
        by_name = self._by_name
        if by_name is None or self.are_in_place(names):
            return []
        return [name for i in sorted(ids) if self.taken(name := names[str(i)]) not in by_name]

    def moved(self, names: Mapping[str, str], ids: Iterable[int]) -> list[str]:
        """Fixed ids whose name on the line differs from that in the dataset, in words."""
        classes = self._classes
        if classes is None:
            return []
        where = "in the label category file" if self.are_listed else "elsewhere"
        there = ((i, names[str(i)], classes[i] if i < len(classes) else "no class") for i in sorted(ids))
        return [
            f"id {i} is {quoted(name)} here and {quoted(usual)} {where}"
            for i, name, usual in there
            if name != usual and plain_spelling(name) != plain_spelling(usual)
        ]

    def of_line(self, names: Mapping[str, str]) -> dict[int, int]:
        """New id by old id, for every class of the line's class-map that is in the dataset.

        Empty when ids never change.
        """
        by_name = self._by_name
        if by_name is None:
            return {}
        key = tuple(names.items())
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._unchanged.clear()
            taken = ((i, self.taken(name)) for i, name in key if is_number(i))
            ids = {int(i): by_name[name] for i, name in taken if name in by_name}
            self._known[key] = ids
            if all(old == new for old, new in ids.items()):
                self._unchanged.add(key)
        return self._known[key]

    def changed(self, names: Mapping[str, str]) -> dict[int, int]:
        """The same where an id on the line changes; empty where none does."""
        ids = self.of_line(names)
        return {} if tuple(names.items()) in self._unchanged else ids


def listed_classes(label_type: LabelType, listed: Iterable[str]) -> tuple[str, ...]:
    """Classes by id as a label category file gives them: the background first, if the type has one."""
    names = (label_type.background, *listed) if label_type.background else tuple(listed)
    return distinct(names)
