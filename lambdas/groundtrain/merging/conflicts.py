"""Conflicts between the manifests of a merge; each is resolved by a rule, and listed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from groundtrain.manifest.classes.class_spellings import similar_names
from groundtrain.manifest.classes.name_positions import class_positions
from groundtrain.merging.chosen_lines import Candidate, DifferingLabels
from groundtrain.merging.mergeable_lines import when
from groundtrain.quantities import first_few

Kind = Literal[
    "different-labels",
    "one-name-two-ids",
    "one-id-two-names",
    "one-class-spelled-differently",
    "similar-names",
    "not-in-category-file",
]
Classes = Sequence[tuple[int, str]]

_NAMED, _SHOWN = 3, 10


class LabeledSource(NamedTuple):
    """What a line labels, and how many items its label has by class."""

    source: str
    items: Mapping[str, int]


class Conflict(Struct, frozen=True):
    """One conflict.

    Attributes:
        kind: "different-labels": one record has different labels, and the newest is taken;
            "one-name-two-ids", "one-id-two-names": class ids differ, and are assigned anew by name;
            "one-class-spelled-differently": names of one id that differ in spelling only are one class;
            "similar-names": other names that differ in spelling only stay two classes;
            "not-in-category-file": a class that is in no label category file comes after those that are.
        subject: the source, or the class.
        message: the conflicting values and where they are, one clause.
    """

    kind: Kind
    subject: str
    message: str


def label_conflicts(
    examples: Iterable[DifferingLabels],
    manifests: Sequence[str],
    labels: Mapping[tuple[int, int, int], LabeledSource],
) -> tuple[Conflict, ...]:
    """The conflicts between different labels of a record.

    `manifests` are the names by position; `labels` says by manifest, line and choice what each of these
    labels labels.
    """

    def words(candidate: Candidate) -> str:
        return f"{manifests[candidate.manifest]} line {candidate.line}"

    def not_taken(candidate: Candidate) -> str:
        items = in_words(labels[candidate.place].items)
        return f"{words(candidate)} ({first_few([when(candidate.age), *items], _SHOWN)})"

    return tuple(
        Conflict(
            "different-labels",
            labels[taken.place].source,
            f"{words(taken)} ({when(taken.age)}) is taken, not {_few([*map(not_taken, others)])}",
        )
        for taken, others in examples
    )


def in_words(classes: Mapping[str, int]) -> list[str]:
    """Such as "car 3"."""
    return [f"{name} {count:,}" for name, count in classes.items()]


def find_class_conflicts(
    manifests: Sequence[tuple[str, Classes]], categories: Sequence[str], *, with_ids: bool
) -> Iterator[Conflict]:
    """Conflicts between the classes of manifests, each as its name and its (id, name) pairs.

    Without `with_ids` the ids are only places in a list of names, and are not compared.
    """
    uses = [(i, name, manifest) for manifest, pairs in manifests for i, name in pairs]
    if with_ids:
        yield from _ambiguous("one-name-two-ids", ((name, str(i), manifest) for i, name, manifest in uses))
        yield from _ambiguous("one-id-two-names", ((str(i), name, manifest) for i, name, manifest in uses))
    listed = class_positions(categories)
    others = dict.fromkeys(name for _, name, _ in uses if name not in listed)
    yield from _similar((*categories, *others))
    for name in others if categories else ():
        yield Conflict("not-in-category-file", name, "is in no label category file")


def _ambiguous(kind: Kind, uses: Iterable[tuple[str, str, str]]) -> Iterator[Conflict]:
    meanings: dict[str, dict[str, list[str]]] = {}
    for subject, meaning, manifest in uses:
        meanings.setdefault(subject, {}).setdefault(meaning, []).append(manifest)
    for subject, manifests in meanings.items():
        if len(manifests) > 1:
            words = (f"{meaning} in {_few(where)}" for meaning, where in manifests.items())
            yield Conflict(kind, subject, ", ".join(words))


def _similar(names: Iterable[str]) -> Iterator[Conflict]:
    for first, *others in similar_names(names):
        quoted = " and ".join(f'"{other}"' for other in others)
        yield Conflict("similar-names", first, f"looks like {quoted}")


def _few(manifests: Sequence[str]) -> str:
    more = len(manifests) - _NAMED
    return " and ".join(manifests[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def spelling_conflicts(manifest: str, spellings: Mapping[str, str]) -> Iterator[Conflict]:
    """One conflict for each class that a job spells differently."""
    for taken in dict.fromkeys(spellings.values()):
        others = " and ".join(f'"{name}"' for name, other in sorted(spellings.items()) if other == taken)
        message = f"is also spelled {others} in {manifest}; all are one"
        yield Conflict("one-class-spelled-differently", taken, message)
