"""Names of one id that differ in spelling only: in the manifests of one job they are one class."""

from collections.abc import Iterator, Mapping, Sequence

from groundtrain.manifest.classes.class_map import (
    ClassesSeen,
    by_plain_spelling,
    find_spellings,
    fixed_spellings,
    listed_classes,
)
from groundtrain.manifest.classes.class_spellings import plain_spelling
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.merging.classes import together
from groundtrain.merging.conflicts import Conflict


def find_job_spellings(label_type: LabelType, seen: ClassesSeen, categories: Sequence[str]) -> dict[str, str]:
    """Other spellings of one job's class names, and what is taken for them: a category's, or the plainest."""
    if label_type.renumber is None:
        return {}
    spellings, listed = find_spellings(seen), by_plain_spelling(categories)
    for name in seen.in_order():
        spellings[name] = listed.get(plain_spelling(name), spellings.get(name, name))
    return {name: taken for name, taken in spellings.items() if name not in (taken, *categories)}


def find_fixed_spellings(
    label_type: LabelType, jobs: Sequence[ClassesSeen], categories: Sequence[str]
) -> list[dict[str, str]]:
    """The same for ids that cannot be changed, which all jobs share: for each job, those of its names."""
    everything = together(jobs)
    classes = everything.in_place(label_type.background)
    if categories:
        listed = listed_classes(label_type, categories)
        classes = (*listed, *classes[len(listed) :])
    taken = fixed_spellings(everything, classes)
    return [{name: taken[name] for name in job.in_order() if name in taken} for job in jobs]


def respelled(seen: ClassesSeen, spellings: Mapping[str, str]) -> ClassesSeen:
    """The classes under the spellings taken."""
    if not spellings:
        return seen
    taken = ClassesSeen()
    for i, name in seen.pairs():
        taken.add({str(i): spellings.get(name, name)})
    return taken


def spelling_conflicts(manifest: str, spellings: Mapping[str, str]) -> Iterator[Conflict]:
    """One conflict for each class that a job spells differently."""
    for taken in dict.fromkeys(spellings.values()):
        others = " and ".join(f'"{name}"' for name, other in sorted(spellings.items()) if other == taken)
        message = f"is also spelled {others} in {manifest}; all are one"
        yield Conflict("one-class-spelled-differently", taken, message)
