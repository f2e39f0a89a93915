"""What is to be said of classes that the settings change: what became of them, and what cannot be done."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_changes import ClassChangeCounts
from groundtrain.manifest.classes.class_spellings import PlainSpellings, plain_spelling, renames_of
from groundtrain.manifest.classes.classes_seen import ClassesSeen
from groundtrain.manifest.classes.name_positions import distinct
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.quantities import quantity, quoted, several
from groundtrain.rules.findings import Finding
from groundtrain.settings.class_table import ClassTable, rename_in_toml

_ONE = {"boxes": "box", "entities": "entity", "labels": "label", "cuboids": "cuboid"}
_SHOWN = 3


class ClassChange(Struct, frozen=True):
    """What became of a class that the settings change.

    Attributes:
        name: as the lines have it.
        becomes: its new name; "" where it is dropped.
        labels: its labels, such as boxes, on records that are used or have lost all their labels so.
        already_there: further ones, on records that had the new class already and have it once.
    """

    name: str
    becomes: str
    labels: int
    already_there: int = 0


def class_changes(counts: ClassChangeCounts, table: ClassTable) -> tuple[ClassChange, ...]:
    """What became of each class of the table."""
    renamed = (
        ClassChange(name, new, counts.renamed[name], counts.united[name])
        for name, new in table.rename.items()
    )
    return (*renamed, *(ClassChange(name, "", counts.dropped[name]) for name in table.drop))


def find_class_changes(
    counts: ClassChangeCounts,
    table: ClassTable,
    label_type: LabelType,
    *,
    classes: Sequence[str],
    listed: Collection[str] = (),
) -> Iterator[Finding]:
    """GT314, GT315, GT316, GT317.

    Args:
        counts: what became of labels.
        table: the classes that the settings change.
        label_type: the type of the labels.
        classes: those of the dataset.
        listed: classes of the label category file, before any was changed.
    """
    if table.changes_nothing:
        return
    unknown = [name for name in (*table.rename, *table.drop) if name not in counts.names | {*listed}]
    for change in class_changes(counts, table):
        if change.name not in unknown:
            yield _in_words(change, label_type.noun)
    if unknown:
        yield from _about_unknown(unknown, classes)
    yield from _spelled_otherwise(table, label_type, classes)


def _in_words(change: ClassChange, noun: str) -> Finding:
    labels = quantity(change.labels, _ONE.get(noun, noun), noun)
    if not change.becomes:
        return Finding.on_file("GT315", f"{quoted(change.name)} is dropped, with {labels}")
    message = f"{quoted(change.name)} is {quoted(change.becomes)} now, on {labels}"
    if once := change.already_there:
        were, are = ("was", "is") if once == 1 else ("were", "are")
        message = f"{message}; {once:,} more {were} beside {quoted(change.becomes)} and {are} not there twice"
    return Finding.on_file("GT314", message)


def _about_unknown(unknown: Sequence[str], classes: Sequence[str]) -> Iterator[Finding]:
    """Names are compared letter by letter, so that one that looks the same may be meant."""
    spelled = PlainSpellings(classes)
    for name in unknown:
        near = spelled.of(name)
        meant = f"; there is {quoted(near)}" if near is not None and near != name else ""
        yield Finding.on_file("GT316", f"no record has the class {quoted(name)}{meant}", names=(name,))


def _spelled_otherwise(table: ClassTable, label_type: LabelType, classes: Sequence[str]) -> Iterator[Finding]:
    """GT317: names of one id that differ in spelling only would be one class, if one were not changed."""
    changed = {plain_spelling(name): name for name in (*table.rename, *table.drop)}
    new = {plain_spelling(name) for name in table.rename.values()}
    for name in classes:
        if (plain := plain_spelling(name)) in new or plain not in changed:
            continue
        other = changed[plain]
        done = "renamed" if other in table.rename else "dropped"
        fix = ""
        if other in table.rename and not label_type.by_reference:
            rename = table.rename_with({name: table.rename[other]})
            fix = f"if it means the same, set `dataset.classes.rename = {rename_in_toml(rename)}`"
        message = f"{quoted(name)} stays, and {quoted(other)}, which differs in spelling only, is {done}"
        yield Finding.on_file("GT317", message, fix=fix, names=(name, other))


def proposed_renames(findings: Iterable[Finding], table: ClassTable, label_type: LabelType) -> dict[str, str]:
    """New names with which classes that differ in spelling only would be one, and those that the table has.

    `findings` are those on the manifest. There are none where nothing is to be changed, or cannot be.
    """
    if label_type.by_reference:
        return {}
    proposed: dict[str, str] = {}
    for finding in findings:
        if finding.code == "GT313":
            proposed |= renames_of(finding.names)
        elif finding.code == "GT317" and (new := table.rename.get(finding.names[1])):
            proposed[finding.names[0]] = new
    return table.rename_with(proposed) if proposed else {}


def with_changes(listed: Sequence[str], table: ClassTable, label_type: LabelType) -> tuple[str, ...]:
    """The classes of a label category file under their new names, without those that are dropped.

    Where ids cannot change, each class keeps its place, see `refuse_changes`.
    """
    if table.changes_nothing:
        return tuple(listed)
    names = tuple(table.new_name(name) for name in listed if name not in table.drop)
    return names if label_type.by_reference else distinct(names)


def refuse_changes(name: str, table: ClassTable, label_type: LabelType, listed: Sequence[str]) -> None:
    """Refuse what cannot be done before a line is read; `name` is that of the manifest.

    Raises:
        ManifestError: a class is to be dropped, or two are to be one, and ids are inside files.
    """
    if not label_type.by_reference:
        return
    if table.drop:
        raise ManifestError(
            f"{name}: {several(table.drop, _SHOWN)} cannot be dropped: labels of type {label_type.name} are"
            " files of their own, and what shows a class there would be left without one",
            fix="take it out of `dataset.classes.drop`; in the files, give it the id of another class, such"
            " as the background",
        )
    named = {table.new_name(one): one for one in reversed(listed)}
    for one in listed:
        if (other := named[table.new_name(one)]) != one:
            raise _two_ids(name, quoted(other), quoted(one), table.new_name(one))


def refuse_united_ids(name: str, table: ClassTable, label_type: LabelType, seen: ClassesSeen) -> None:
    """Refuse to make two ids one class where ids are inside files, and stay two.

    Raises:
        ManifestError: a new name has several ids on the lines.
    """
    if not (label_type.by_reference and table.rename):
        return
    ids: dict[str, int] = {}
    for i, class_name in seen.pairs():
        if ids.setdefault(class_name, i) != i and class_name in table.rename.values():
            raise _two_ids(name, f"id {ids[class_name]}", f"id {i}", class_name)


def _two_ids(name: str, one: str, other: str, new: str) -> ManifestError:
    return ManifestError(
        f"{name}: {one} and {other} cannot both be {quoted(new)}: ids are inside the files that the labels"
        " name, and stay two classes there",
        fix="rename one of them only, or write one id for both in the files",
    )
