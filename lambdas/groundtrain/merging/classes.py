"""One numbering for the classes of several manifests: by name, in the order in which they come."""

from collections.abc import Sequence

from groundtrain.errors import ManifestError
from groundtrain.manifest.class_map import ClassesSeen
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.merging.conflicts import Conflict


def united_classes(
    label_type: LabelType, seen: Sequence[ClassesSeen], categories: Sequence[str]
) -> tuple[str, ...]:
    """Class names by their new id: those of the categories first, then those seen, manifest by manifest.

    Ids that are in files outside the manifest stay what they are.
    """
    if label_type.renumber is None:
        return _together(seen).in_place(label_type.background)
    return tuple(dict.fromkeys((*categories, *(name for one in seen for name in one.in_order()))))


def refuse_fixed_ids(label_type: LabelType, conflicts: Sequence[Conflict]) -> None:
    """Stop where one id means two classes and cannot be given anew.

    Raises:
        ManifestError: such an id.
    """
    if label_type.renumber is not None:
        return
    for conflict in conflicts:
        if conflict.kind == "one-id-two-names":
            raise ManifestError(
                f"class id {conflict.subject} is {conflict.message}; ids of this type lie outside the"
                " manifest, in files, and cannot be given anew",
                fix="merge jobs with the same label categories",
            )


def _together(seen: Sequence[ClassesSeen]) -> ClassesSeen:
    together = ClassesSeen()
    for one in seen:
        for i, name in one.pairs():
            together.add({str(i): name})
    return together
