"""The classes of the merged manifest: of several manifests numbered together, by name.

Names of one id that differ in spelling only are one class, within the manifests of one job.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.class_spellings import PlainSpellings
from groundtrain.manifest.classes.classes_seen import ClassesSeen, find_spellings, fixed_spellings
from groundtrain.manifest.classes.name_positions import class_positions, distinct
from groundtrain.manifest.classes.new_class_ids import listed_classes
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.merging.chosen_lines import ChosenLines
from groundtrain.merging.conflicts import Conflict, find_class_conflicts, spelling_conflicts
from groundtrain.merging.merge_inputs import MergeInput
from groundtrain.merging.scan import Scan, classes_of

_Spellings = tuple[dict[str, str], ...]


class MergedClasses(Struct, frozen=True):
    """Classes of the merged manifest.

    Attributes:
        names: by new id.
        spellings: for each manifest, and each label attribute taken of it, other spellings of names and what
            is taken for them.
        conflicts: between the classes of the manifests, and how each is resolved.
    """

    names: tuple[str, ...]
    spellings: tuple[_Spellings, ...]
    conflicts: tuple[Conflict, ...]


def merge_classes(
    inputs: Sequence[MergeInput],
    scans: Sequence[Scan],
    chosen: ChosenLines,
    categories: Sequence[str],
) -> MergedClasses:
    """Number the classes of the labels that are written.

    Raises:
        ManifestError: one id means two classes, or has another place in a label category file, and cannot be
            changed.
    """
    label_type, categories = inputs[0].label_type, distinct(tuple(categories))
    spellings = _spellings(inputs, scans, categories)
    conflicts = _class_conflicts(inputs, scans, categories, spellings)
    _refuse_fixed_ids(label_type, conflicts, _disagreeing(inputs, scans, spellings))
    remaining = [
        _respelled(*pair)
        for i, merge_input in enumerate(inputs)
        for pair in zip(classes_of(merge_input, i, scans[i], chosen), spellings[i], strict=True)
    ]
    _refuse_other_order(label_type, remaining, categories)
    return MergedClasses(_united(label_type, remaining, categories), tuple(spellings), conflicts)


def _spellings(
    inputs: Sequence[MergeInput], scans: Sequence[Scan], categories: Sequence[str]
) -> list[_Spellings]:
    """For each manifest, and each label attribute taken of it."""
    label_type = inputs[0].label_type
    if label_type.by_reference:
        jobs = [job for one in scans for job in one.classes]
        found = iter(_fixed_spellings(label_type, jobs, categories))
        return [tuple(next(found) for _ in scanned.classes) for scanned in scans]
    return [
        tuple(_job_spellings(label_type, classes, categories) for classes in scanned.classes)
        for scanned in scans
    ]


def _job_spellings(label_type: LabelType, seen: ClassesSeen, categories: Sequence[str]) -> dict[str, str]:
    """Other spellings of one job's class names, and what is taken for them: a category's, or the plainest."""
    if label_type.renumber is None:
        return {}
    spellings, listed = find_spellings(seen), PlainSpellings(categories)
    for name in seen.in_order():
        spellings[name] = listed.of(name) or spellings.get(name, name)
    known = class_positions(categories)
    return {name: taken for name, taken in spellings.items() if name != taken and name not in known}


def _fixed_spellings(
    label_type: LabelType, jobs: Sequence[ClassesSeen], categories: Sequence[str]
) -> list[dict[str, str]]:
    """The same for ids that cannot be changed, which all jobs share: for each job, those of its names."""
    everything = _together(jobs)
    classes = everything.in_place(label_type.background)
    if categories:
        listed = listed_classes(label_type, categories)
        classes = (*listed, *classes[len(listed) :])
    taken = fixed_spellings(everything, classes)
    return [{name: taken[name] for name in job.in_order() if name in taken} for job in jobs]


def _respelled(seen: ClassesSeen, spellings: Mapping[str, str]) -> ClassesSeen:
    """The classes under the spellings taken."""
    if not spellings:
        return seen
    taken = ClassesSeen()
    for i, name in seen.pairs():
        taken.add({str(i): spellings.get(name, name)})
    return taken


def _class_conflicts(
    inputs: Sequence[MergeInput],
    scans: Sequence[Scan],
    categories: Sequence[str],
    spellings: Sequence[_Spellings],
) -> tuple[Conflict, ...]:
    jobs = [
        (merge_input.name(choice), classes, spelled[choice])
        for merge_input, scanned, spelled in zip(inputs, scans, spellings, strict=True)
        for choice, classes in enumerate(scanned.classes)
    ]
    label_type = inputs[0].label_type
    listed = listed_classes(label_type, categories) if categories else ()
    pairs = [(name, _respelled(classes, spelled).pairs()) for name, classes, spelled in jobs]
    return (
        *(conflict for name, _, spelled in jobs for conflict in spelling_conflicts(name, spelled)),
        *find_class_conflicts(pairs, listed, with_ids=label_type.has_ids),
    )


def _disagreeing(
    inputs: Sequence[MergeInput], scans: Sequence[Scan], spellings: Sequence[_Spellings]
) -> tuple[str, ...]:
    """Names of the manifests whose own lines use an id for several classes."""
    return tuple(
        merge_input.source.name
        for merge_input, scanned, spelled in zip(inputs, scans, spellings, strict=True)
        if None in _together(map(_respelled, scanned.classes, spelled)).by_id().values()
    )


def _united(label_type: LabelType, seen: Sequence[ClassesSeen], categories: Sequence[str]) -> tuple[str, ...]:
    """Class names by new id: first the categories, then the classes seen, manifest by manifest.

    Ids in files outside the manifest stay unchanged.
    """
    if label_type.by_reference:
        return _together(seen).in_place(label_type.background)
    listed = class_positions(categories)
    others = dict.fromkeys(name for one in seen for name in one.in_order() if name not in listed)
    return (*categories, *others)


def _refuse_fixed_ids(
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


def _refuse_other_order(
    label_type: LabelType, seen: Sequence[ClassesSeen], categories: Sequence[str]
) -> None:
    """Refuse a label category file that gives classes other ids than the files of the labels have.

    Raises:
        ManifestError: there is such a class.
    """
    if not (label_type.by_reference and categories):
        return
    listed = listed_classes(label_type, categories)
    positions = class_positions(listed)
    for i, name in _together(seen).pairs():
        if positions.get(name, i) != i:
            raise ManifestError(
                f'class "{name}" has id {i} in the files of the labels, and {positions[name]} by the label'
                " category file",
                fix="name the label category file of these jobs",
            )


def _together(seen: Iterable[ClassesSeen]) -> ClassesSeen:
    """The classes of all of them."""
    all_seen = ClassesSeen()
    for one in seen:
        for i, name in one.pairs():
            all_seen.add({str(i): name})
    return all_seen
