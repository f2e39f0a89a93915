"""Classes that the lines of a manifest use: ids and names, and which spellings are one class.

A line's class-map names at least the classes on that line. So all names are known only after the last line,
unless the labeling job has a label category file.
"""

from collections.abc import Iterable, Mapping, Sequence

from groundtrain.manifest.classes.class_spellings import plain_spelling, plainest


class ClassesSeen:
    """The (id, name) pairs of all class-maps so far; ids as their text in the manifest.

    Attributes:
        first: the first name of each id.
        further: pairs with other names.
    """

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self.further: set[tuple[str, str]] = set()

    def add(self, names: Mapping[str, str]) -> None:
        """Add one line's class-map."""
        self.add_each((names,))

    def add_each(self, maps: Iterable[Mapping[str, str]]) -> None:
        """Add the class-maps of several lines, in their order."""
        known = self.first.items()
        for names in maps:
            if names.items() <= known:
                continue
            for key, name in names.items():
                if self.first.setdefault(key, name) != name:
                    self.further.add((key, name))

    def add_all(self, later: "ClassesSeen") -> None:
        """Add what is seen of later lines."""
        self.add(later.first)
        self.further |= {pair for pair in later.further if self.first[pair[0]] != pair[1]}

    def by_id(self) -> dict[str, str | None]:
        """The name of each id; None for an id that has several."""
        several = {key for key, _ in self.further}
        return {key: None if key in several else name for key, name in self.first.items()}

    def pairs(self) -> list[tuple[int, str]]:
        """Ids and names, sorted; keys that are not whole numbers are left out."""
        pairs = (*self.first.items(), *self.further)
        return sorted((int(key), name) for key, name in pairs if is_number(key))

    def in_order(self) -> tuple[str, ...]:
        """Each name once, by its lowest id, then by name: the order of classes in the dataset."""
        return tuple(dict.fromkeys(name for _, name in self.pairs()))

    def in_place(self, background: str = "") -> tuple[str, ...]:
        """The name of each id from 0 to the highest: the first one seen, or a placeholder.

        For ids that cannot be changed. `background` is the name of id 0 when no line names it, or when at
        least one line uses that name.
        """
        names = {int(key): name for key, name in self.first.items() if is_number(key)}
        if background and (0 not in names or ("0", background) in self.further):
            names[0] = background
        return tuple(names.get(i, unnamed(i)) for i in range(max(names, default=-1) + 1))

    def agree_with(self, classes: Sequence[str]) -> bool:
        """True when every id has only the name at its position in `classes`, so that ids can stay."""
        return all(classes[i : i + 1] == (name,) for i, name in self.pairs())


def find_spellings(seen: ClassesSeen) -> dict[str, str]:
    """Names that differ in spelling only and share an id are one class: each, with the spelling taken.

    That is the plainest: spaces, width and composition as usual, few capitals.
    """
    pairs = seen.pairs()
    groups: dict[str, list[str]] = {name: [name] for _, name in pairs}
    first: dict[tuple[int, str], str] = {}
    for i, name in pairs:
        other = groups[first.setdefault((i, plain_spelling(name)), name)]
        if other is not groups[name]:
            other += groups[name]
            groups.update(dict.fromkeys(groups[name], other))
    return {name: taken for name, group in groups.items() if (taken := plainest(group)) != name}


def fixed_spellings(seen: ClassesSeen, classes: Sequence[str]) -> dict[str, str]:
    """Where ids cannot change: names that differ in spelling only from the class of their id, with that."""
    named = ((name, classes[i]) for i, name in seen.pairs() if i < len(classes))
    return {
        name: taken
        for name, taken in named
        if name != taken and plain_spelling(name) == plain_spelling(taken)
    }


def unnamed(i: int) -> str:
    """The placeholder for the name of an id that no line names."""
    return f"unnamed {i}"


def is_number(key: str) -> bool:
    """Whether a key of a class-map is a whole number, as ids are."""
    return key.isascii() and key.isdigit() and len(key) < 19 and str(int(key)) == key
