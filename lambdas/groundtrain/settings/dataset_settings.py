"""The `[dataset]` and `[gate]` tables of a settings file."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from groundtrain.rules.selection import invalid_code_reason
from groundtrain.settings.class_table import NO_CHANGES, ClassTable, class_mistakes
from groundtrain.settings.mistakes import Mistake
from groundtrain.settings.regular_expressions import invalid_pattern_reason

Fraction = Annotated[float, Meta(gt=0, lt=1)]
AttributeName = Annotated[
    str,
    Meta(
        pattern=r'^[^"\\\x00-\x1f]{1,256}$',
        description="the name of an attribute: 1 to 256 characters, no quotation marks or backslashes",
    ),
]
Share = Annotated[float, Meta(ge=0, le=1)]
ShareForTest = Annotated[float, Meta(ge=0, lt=1)]
_NO_TEST = 0.0


class DatasetSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a manifest becomes a dataset.

    Attributes:
        validation, test: shares of the records; those for test are never streamed to training.
        split: "stable" never moves an image to another side; "stratified" has every class
            on all sides wherever possible.
        split_attribute: attribute of the lines; "train", "validation" or "test" in it overrides everything
            else.
        record_key: attributes of the lines that make a record together with its source, such as a page of a
            document; none for all attributes that are no labels. The source's own name stands for it alone.
        group_by, group_attribute: what keeps records together on one side: a regular expression for the
            source, or an attribute of the lines, such as the video's name.
        unused_classes: what becomes of classes that no record shows: "keep" gives them ids, "drop" does not.
        images: how closely the pipeline looks at images, in the words of `check --images`: are they there,
            also their headers, or every pixel. Commands look at them where `--images` says so.
        classes: names of classes that are changed, and classes that are left out, before all else.
        verified_by, accepted: a label attribute of type label-verification on the same lines, and those of
            its classes that keep a record; one is nothing without the other.

    Settings at their defaults are left out of the dataset's identity, so that a setting added later does not
    change it.
    """

    label: str | None = None
    validation: Fraction = 0.1
    test: ShareForTest = _NO_TEST
    split: Literal["stable", "stratified"] = "stable"
    split_attribute: AttributeName | None = None
    record_key: tuple[AttributeName, ...] = ()
    group_by: str | None = None
    group_attribute: AttributeName | None = None
    without_objects: Literal["keep", "drop"] = "keep"
    machine_labeled: Literal["keep", "drop"] = "keep"
    images: Literal["list", "header", "full"] = "list"
    unused_classes: Literal["keep", "drop"] = "keep"
    classes: ClassTable = NO_CHANGES
    verified_by: AttributeName | None = None
    accepted: tuple[str, ...] = ()
    select: tuple[str, ...] = ("GT",)
    ignore: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A default that is written out is left out of what is encoded only where it is this very object."""
        if not self.test:
            force_setattr(self, "test", _NO_TEST)
        if self.classes.changes_nothing:
            force_setattr(self, "classes", NO_CHANGES)


class Gate(Struct, frozen=True, forbid_unknown_fields=True):
    """When a dataset is too poor to train; a closed gate never starts a GPU.

    Attributes:
        max_image_cost: dollars that looking at every image may cost, by the estimate before it starts; above
            it the gate is closed and nothing is looked at. For `images = "full"`.
    """

    max_rejected: Share = 0.2
    min_records: Annotated[int, Meta(ge=2)] = 20
    min_records_per_class: Annotated[int, Meta(ge=0)] = 1
    classes_in_both_splits: bool = True
    max_image_cost: Annotated[float, Meta(ge=0, le=1_000_000)] = 5.0  # JSON has no infinity


def invalid_shares_reason(dataset: DatasetSettings) -> str:
    """Why the shares of the sides cannot be used together; "" when they can."""
    if dataset.validation + dataset.test < 1:
        return ""
    return f"validation {dataset.validation} and test {dataset.test} leave nothing to train on"


def dataset_mistakes(dataset: DatasetSettings) -> Iterator[Mistake]:
    """Codes of rules that cannot be used so, shares that leave nothing, half a verification, and the like."""
    for use in ("select", "ignore", "fix"):
        for code in getattr(dataset, use):
            if reason := invalid_code_reason(code, use):
                yield Mistake(f"dataset.{use}", reason, "groundtrain rule lists all codes")
    if reason := invalid_shares_reason(dataset):
        yield Mistake("dataset.test", reason, "lower one of them")
    yield from class_mistakes(dataset.classes)
    if dataset.verified_by is not None and not dataset.accepted:
        yield Mistake(
            "dataset.verified_by",
            f"no class of {dataset.verified_by} is said to keep a record",
            'name them, such as accepted = ["good"]',
        )
    if dataset.accepted and dataset.verified_by is None:
        yield Mistake(
            "dataset.accepted",
            "no label attribute is named whose classes these are",
            "name the one that verifies the labels: verified_by",
        )
    if reason := invalid_pattern_reason(dataset.group_by or ""):
        yield Mistake("dataset.group_by", reason, 'write a shorter one, such as "(clip-[0-9]+)/"')
