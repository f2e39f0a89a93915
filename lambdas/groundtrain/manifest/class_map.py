"""Classes of a manifest: the ids and names that its lines use, and the ids that the dataset gives them.

A line's class-map names at least the classes on that line. So all names are known only after the last line,
unless the labeling job has a label category file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundtrain.manifest.blank_text import is_blank
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.rules.findings import Finding
from groundtrain.quantities import first_few

_REMEMBERED = 4096
_SHOWN = 20


class ClassesSeen:
    """The (id, name) pairs of all class-maps so far; ids as their text in the manifest."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._further: set[tuple[str, str]] = set()

    def add(self, names: Mapping[str, str]) -> None:
        """Add one line's class-map."""
        first = self._first
        for key, name in names.items():
            if first.get(key) != name and first.setdefault(key, name) != name:
                self._further.add((key, name))

    def by_id(self) -> dict[str, str | None]:
        """The name of each id; None for an id that has several."""
        several = {key for key, _ in self._further}
        return {key: None if key in several else name for key, name in self._first.items()}

    def pairs(self) -> list[tuple[int, str]]:
        """Ids and names, sorted; keys that are not whole numbers are left out."""
        pairs = (*self._first.items(), *self._further)
        return sorted((int(key), name) for key, name in pairs if _is_number(key))

    def in_order(self) -> tuple[str, ...]:
        """Each name once, by its lowest id, then by name: the order of classes in the dataset."""
        return tuple(dict.fromkeys(name for _, name in self.pairs()))

    def in_place(self, background: str = "") -> tuple[str, ...]:
        """The name of each id from 0 to the highest: the first one seen, or a placeholder.

        For ids that cannot be changed. `background` is the name of id 0 when no line names it, or when at
        least one line uses that name.
        """
        names = {int(key): name for key, name in self._first.items() if _is_number(key)}
        if background and (0 not in names or ("0", background) in self._further):
            names[0] = background
        return tuple(names.get(i, _unnamed(i)) for i in range(max(names, default=-1) + 1))

    def agree_with(self, classes: Sequence[str]) -> bool:
        """True when every id has only the name at its position in `classes`, so that ids can stay."""
        return all(classes[i : i + 1] == (name,) for i, name in self.pairs())


class ClassIds:
    """Maps the class ids of a line to those of the dataset, by name; with `fixed`, ids never change.

    Attributes:
        are_known: whether the classes of the dataset are known.
    """

    def __init__(self, classes: Sequence[str] | None, *, fixed: bool = False) -> None:
        self._classes = classes if fixed else None
        self._by_name = None if classes is None or fixed else {name: i for i, name in enumerate(classes)}
        self._known: dict[tuple[tuple[str, str], ...], dict[int, int]] = {}
        self.are_known = classes is not None

    def unknown(self, names: Mapping[str, str], ids: Iterable[int]) -> list[str]:
        """Names on the line that are not classes of the dataset."""
        by_name = self._by_name
        if by_name is None:
            return []
        return [name for i in sorted(ids) if (name := names[str(i)]) not in by_name]

    def moved(self, names: Mapping[str, str], ids: Iterable[int]) -> list[str]:
        """Fixed ids whose name on the line differs from that in the dataset, in words."""
        classes = self._classes
        if classes is None:
            return []
        there = ((i, names[str(i)], classes[i] if i < len(classes) else "no class") for i in sorted(ids))
        return [f"id {i} is {name} here and {usual} elsewhere" for i, name, usual in there if name != usual]

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
            self._known[key] = {int(i): by_name[name] for i, name in key if _is_number(i) and name in by_name}
        return self._known[key]


def listed_classes(label_type: LabelType, listed: Iterable[str]) -> tuple[str, ...]:
    """Classes by id as a label category file gives them: the background first, if the type has one."""
    background = (label_type.background,) if label_type.background else ()
    return tuple(dict.fromkeys((*background, *listed)))


def find_class_problems(
    seen: ClassesSeen, classes: tuple[str, ...], label_type: LabelType
) -> Iterator[Finding]:
    """GT303 to GT306 and GT331 on the manifest as a whole; `classes` are those of the dataset, in order."""
    if label_type.by_reference:
        yield from _ambiguous_names(seen)
        yield from _without_name(seen, classes)
    elif label_type.renumber is not None:
        yield from _ambiguous("GT303", "id {0} means {1}", seen.pairs())
        yield from _ambiguous_names(seen)
        yield from _out_of_order(seen, classes)
    yield from _blank_names(seen)
    for name in seen.in_order():
        if name != name.strip() and not is_blank(name):
            yield Finding("GT306", 0, "$", f'the class name "{name}" begins or ends with a space')


def _blank_names(seen: ClassesSeen) -> Iterator[Finding]:
    """GT310."""
    for i, name in seen.pairs():
        if is_blank(name):
            what = "an empty name" if not name else "a name in which nothing is visible"
            yield Finding("GT310", 0, "$", f"class id {i} has {what}")


def _ambiguous_names(seen: ClassesSeen) -> Iterator[Finding]:
    return _ambiguous("GT304", "{0} has the ids {1}", [(name, i) for i, name in seen.pairs()])


def _out_of_order(seen: ClassesSeen, classes: tuple[str, ...]) -> Iterator[Finding]:
    new_ids = {name: i for i, name in enumerate(classes)}
    moved = [f"{i} becomes {new_ids[name]}" for i, name in seen.pairs() if new_ids.get(name, i) != i]
    if moved:
        yield Finding("GT305", 0, "$", f"class ids change: {first_few(moved, _SHOWN)}")


def _without_name(seen: ClassesSeen, classes: tuple[str, ...]) -> Iterator[Finding]:
    nameless = [i for i, name in enumerate(classes) if name == _unnamed(i) and name not in seen.in_order()]
    if nameless:
        yield Finding("GT331", 0, "$", f"no line names the class of id {first_few(nameless, _SHOWN)}")


def _ambiguous(code: str, words: str, pairs: Sequence[tuple[object, object]]) -> Iterator[Finding]:
    meanings: dict[object, list[object]] = {}
    for one, other in pairs:
        meanings.setdefault(one, []).append(other)
    for one, others in meanings.items():
        if len(others) > 1:
            yield Finding(code, 0, "$", words.format(one, " and ".join(map(str, others))))


def _unnamed(i: int) -> str:
    return f"unnamed {i}"


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19 and str(int(key)) == key
