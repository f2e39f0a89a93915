"""What is to be said of the names and ids of classes of a whole manifest."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from groundtrain.manifest.classes.class_spellings import renames_of, similar_names
from groundtrain.manifest.classes.classes_seen import ClassesSeen, fixed_spellings, unnamed
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.printable_text import is_blank
from groundtrain.quantities import first_few, quoted, several
from groundtrain.rules.findings import Finding
from groundtrain.settings.class_table import NO_CHANGES, ClassTable, rename_in_toml

_SHOWN = 20
_NAMED = 5

Key = TypeVar("Key", int, str)
Pairs = Sequence[tuple[int, str]]


def find_class_problems(
    seen: ClassesSeen,
    classes: tuple[str, ...],
    label_type: LabelType,
    spellings: Mapping[str, str] = {},
    *,
    table: ClassTable = NO_CHANGES,
) -> Iterator[Finding]:
    """GT303 to GT306, GT312, GT313 and GT331 on the manifest as a whole.

    Args:
        seen: the classes of its lines.
        classes: those of the dataset, in order.
        label_type: the type of its labels.
        spellings: other spellings of names on its lines, with the one that is taken.
        table: classes that the settings rename, which may have had several ids.
    """
    if label_type.by_reference:
        spellings = fixed_spellings(seen, classes)
    renamed = {*table.rename.values()}
    pairs = list(dict.fromkeys((i, spellings.get(name, name)) for i, name in seen.pairs()))
    if label_type.by_reference:
        yield from _ambiguous_names(pairs)
        yield from _without_name(seen, classes)
    elif label_type.renumber is not None:
        yield from _ambiguous_ids(pairs)
        yield from _ambiguous_names([(i, name) for i, name in pairs if name not in renamed])
        yield from _out_of_order(pairs, classes)
    yield from _spelled_otherwise(seen, spellings)
    yield from _similar(pairs, label_type, table)
    yield from _blank_names(seen)
    for name in seen.in_order():
        if name != name.strip() and not is_blank(name):
            yield Finding.on_file("GT306", f"the class name {quoted(name)} begins or ends with a space")


def find_ambiguities(
    seen: ClassesSeen, spellings: Mapping[str, str] = {}, renamed: Collection[str] = ()
) -> Iterator[Finding]:
    """GT303 and GT304, for ids that are given anew by name; the arguments are those of the above."""
    pairs = list(dict.fromkeys((i, spellings.get(name, name)) for i, name in seen.pairs()))
    yield from _ambiguous_ids(pairs)
    yield from _ambiguous_names([(i, name) for i, name in pairs if name not in renamed])


def _blank_names(seen: ClassesSeen) -> Iterator[Finding]:
    """GT310."""
    for i, name in seen.pairs():
        if is_blank(name):
            what = "an empty name" if not name else "a name in which nothing is visible"
            yield Finding.on_file("GT310", f"class id {i} has {what}")


def _ambiguous_ids(pairs: Pairs) -> Iterator[Finding]:
    for i, names in _meanings(pairs):
        yield Finding.on_file("GT303", f"id {i} means {several(names, _NAMED)}", names=names)


def _ambiguous_names(pairs: Pairs) -> Iterator[Finding]:
    for name, ids in _meanings((name, str(i)) for i, name in pairs):
        yield Finding.on_file("GT304", f"{quoted(name)} has the ids {first_few(ids, _SHOWN)}", names=ids)


def _out_of_order(pairs: Pairs, classes: tuple[str, ...]) -> Iterator[Finding]:
    """GT305; where an id has several names, it alone does not say which class is meant."""
    used = {name for _, name in pairs}
    new_ids = {name: i for i, name in enumerate(classes) if name in used}
    uses = Counter(i for i, _ in pairs)
    moved = [
        f"{f'{quoted(name)} ' if uses[i] > 1 else ''}{i} becomes {new_ids[name]}"
        for i, name in pairs
        if new_ids.get(name, i) != i
    ]
    if moved:
        message = f"class ids change: {first_few(moved, _SHOWN)}"
        yield Finding.on_file("GT305", message, names=tuple(moved) if len(moved) > _SHOWN else ())


def _spelled_otherwise(seen: ClassesSeen, spellings: Mapping[str, str]) -> Iterator[Finding]:
    """GT312."""
    others: dict[str, list[str]] = {}
    for name in seen.in_order():
        if name in spellings:
            others.setdefault(spellings[name], []).append(name)
    for taken, names in others.items():
        message = f"{several(names, _NAMED)} {'is' if len(names) == 1 else 'are'} taken for {quoted(taken)}"
        yield Finding.on_file("GT312", message, names=(taken, *names))


def _similar(pairs: Pairs, label_type: LabelType, table: ClassTable) -> Iterator[Finding]:
    """GT313; ids inside files stay two classes whatever they are called."""
    first: dict[str, int] = {}
    for i, name in pairs:
        if not is_blank(name):
            first.setdefault(name, i)
    for alike in similar_names(first):
        shown = [f"{quoted(name)}{f' (id {first[name]})' if label_type.has_ids else ''}" for name in alike]
        message = f"classes that differ in spelling only: {first_few(shown, _NAMED)}"
        can_be_one = not label_type.by_reference and len(alike) <= _NAMED
        rename = f"set `dataset.classes.rename = {rename_in_toml(table.rename_with(renames_of(alike)))}`"
        fix = f"if they mean the same, {rename}" if can_be_one else ""
        yield Finding.on_file("GT313", message, fix=fix, names=alike)


def _without_name(seen: ClassesSeen, classes: tuple[str, ...]) -> Iterator[Finding]:
    nameless = [i for i, name in enumerate(classes) if name == unnamed(i) and name not in seen.in_order()]
    if nameless:
        yield Finding.on_file("GT331", f"no line names the class of id {first_few(nameless, _SHOWN)}")


def _meanings(pairs: Iterable[tuple[Key, str]]) -> Iterator[tuple[Key, list[str]]]:
    """What has several meanings, with those."""
    meanings: dict[Key, list[str]] = {}
    for one, other in pairs:
        meanings.setdefault(one, []).append(other)
    return ((one, others) for one, others in meanings.items() if len(others) > 1)
