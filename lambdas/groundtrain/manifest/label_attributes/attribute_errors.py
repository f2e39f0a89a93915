"""What to say where no label attribute can be chosen: what is there, what it looks like, what to do next."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec
from msgspec import Raw, Struct

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_attributes.type_without_metadata import Look
from groundtrain.manifest.unreadable_lines import DECODE_ERRORS
from groundtrain.quantities import first_few
from groundtrain.shell_commands import shell_argument

_ONE_CLASS = "groundtruth/image-classification"
_SHOWN, _EXAMPLE = 5, 40


def no_label_attribute(
    name: str, wanted: str | None, by: str, looks: Mapping[str, Look], untyped: Collection[str]
) -> ManifestError:
    """No attribute has metadata with a type: `looks` could be labels, `untyped` have metadata."""
    asked = f" {wanted}" if wanted else ""
    typed = [look for look in looks.values() if look.name in untyped]
    if typed:
        look = typed[0]
        return ManifestError(
            f"{name} has no label attribute{asked}: the metadata of {look.name} says no type",
            fix=f'add the type to the metadata: "type": "{look.type}", which {look.name} looks like (such as'
            f" {look.example}), or choose it by {by}",
        )
    if untyped and not looks:
        return ManifestError(
            f"{name} has no label attribute{asked}:"
            f" the metadata of {first_few(sorted(untyped), _SHOWN)} says no type",
            fix="add the type to the metadata: groundtruth/object-detection for boxes, /semantic-segmentation"
            " for the address of a mask, /image-classification for one class id,"
            " /image-classification-multilabel for a list of them",
        )
    if looks:
        there = "; ".join(map(str, looks.values()))
        return ManifestError(
            f"{name} has no label attribute{asked} with metadata",
            fix=f"choose one that could be labels by {by}: {there}",
        )
    return ManifestError(
        f"{name} has no label attribute{asked}",
        fix="take a manifest with labels: its lines have keys such as boxes and boxes-metadata",
    )


def no_look(name: str, wanted: str, value: str) -> ManifestError:
    """The attribute is there, and neither metadata nor its value tell what kind of label it is."""
    return ManifestError(
        f"{name}: {wanted} has no metadata, and its values, such as {value[:_EXAMPLE]}, tell no type",
        fix="a class is written as its id, classes as a list of ids, boxes as an object with image_size and"
        " annotations, a mask as the s3:// address of a PNG; names of classes can come from a table"
        " (groundtrain import s3-manifest)",
    )


def several(
    name: str, found: Mapping[str, LabelAttribute], by: str, lines: Callable[[], Iterable[Mapping[str, Raw]]]
) -> LabelAttributeError:
    """Several label attributes, and none was chosen; `lines` reads the lines from the first one on."""
    there = "; ".join(map(str, found.values()))
    if _are_apart(found, lines()):
        take = " ".join(f"--take {shell_argument(label)}" for label in found)
        return LabelAttributeError(
            f"{name} has {len(found)} label attributes",
            fix=f"no line has two of them: join them by groundtrain merge FILE {take} --output FILE; or"
            f" choose one by {by}: {there}",
        )
    classes = _one_class_each(found, lines())
    if classes:
        first_way = by.partition(",")[0]
        listed = first_few([f"{label}: {one}" for label, one in classes.items()], _SHOWN)
        return LabelAttributeError(
            f"{name} has {len(found)} label attributes, one for each class of the images ({listed}), and they"
            " are not read together",
            fix="write them as one attribute of type groundtruth/image-classification-multilabel, a list of"
            f" the ids of an image's classes; or choose one by {first_way}, for a model of that class alone",
        )
    return LabelAttributeError(
        f"{name} has {len(found)} label attributes", fix=f"choose one by {by}: {there}"
    )


def unsuitable(
    name: str,
    purpose: str,
    found: Mapping[str, LabelAttribute],
    suitable: Sequence[str],
    looks: Mapping[str, Look] = {},
) -> LabelAttributeError:
    """None of the label attributes suits a purpose, or several do; `looks` could, without metadata."""
    if looks:
        return LabelAttributeError(
            f"{name} has no label attribute with metadata for {purpose}",
            fix=f"choose one that could be labels by `dataset.label`: {'; '.join(map(str, looks.values()))}",
        )
    if not suitable:
        there = "; ".join(map(str, found.values()))
        return LabelAttributeError(
            f"none of the {len(found)} label attributes of {name} is for {purpose}",
            fix=f"take another manifest, or another purpose: there are {there}",
        )
    there = "; ".join(str(found[label]) for label in suitable)
    return LabelAttributeError(
        f"{name} has {len(suitable)} label attributes for {purpose}",
        fix=f"choose one by `dataset.label`: {there}",
    )


def unpaired(name: str, orphan: LabelAttribute, label: str) -> ManifestError:
    """Metadata without a label, and a label without metadata."""
    _, attribute, metadata = orphan.keys
    return ManifestError(
        f"{name}: {metadata} has no {attribute}, and {label} no {label}-metadata",
        fix=f"if they belong together, rename {metadata} to {label}-metadata",
    )


def _are_apart(found: Mapping[str, LabelAttribute], lines: Iterable[Mapping[str, Raw]]) -> bool:
    """Whether they look like the outputs of several jobs in one file."""
    if len({attribute.type.lower() for attribute in found.values()}) > 1:
        return False
    return all(sum(label in pieces for label in found) <= 1 for pieces in lines)


class _Named(Struct, rename="kebab"):
    class_name: str


def _one_class_each(
    found: Mapping[str, LabelAttribute], lines: Iterable[Mapping[str, Raw]]
) -> dict[str, str]:
    """The only class of each attribute by its name; empty unless each has one of its own."""
    if any(attribute.type.lower() != _ONE_CLASS for attribute in found.values()):
        return {}
    names: dict[str, set[str]] = {label: set() for label in found}
    for pieces in lines:
        for label, attribute in found.items():
            names[label].update(_class_name(pieces.get(attribute.keys.metadata)))
    single = {label: next(iter(classes)) for label, classes in names.items() if len(classes) == 1}
    return single if len(single) == len(set(single.values())) == len(found) else {}


def _class_name(metadata: Raw | None) -> tuple[str, ...]:
    try:
        return () if metadata is None else (msgspec.json.decode(metadata, type=_Named).class_name,)
    except DECODE_ERRORS:
        return ()
