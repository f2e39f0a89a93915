"""Names of one id that differ in spelling only: in the manifests of one job they are one class."""

from collections.abc import Iterator, Mapping, Sequence

from groundtrain.manifest.class_map import ClassesSeen, find_spellings, fixed_spellings
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.merging.classes import together
from groundtrain.merging.conflicts import Conflict


def find_job_spellings(label_type: LabelType, seen: ClassesSeen, categories: Sequence[str]) -> dict[str, str]:
    """Other spellings of one job's class names, and what is taken for them: a category's, or the plainest."""
    if label_type.renumber is None:
        return {}
    spellings = find_spellings(seen)
    for category in categories:
        if (taken := spellings.pop(category, None)) is not None:
            spellings = {name: category if other == taken else other for name, other in spellings.items()}
            spellings[taken] = category
    return spellings


def find_fixed_spellings(label_type: LabelType, jobs: Sequence[ClassesSeen]) -> list[dict[str, str]]:
    """The same for ids that cannot be changed, which all jobs share: for each job, those of its names."""
    everything = together(jobs)
    taken = fixed_spellings(everything, everything.in_place(label_type.background))
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
