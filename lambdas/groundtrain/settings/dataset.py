"""The `[dataset]` and `[gate]` tables of a settings file."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Fraction = Annotated[float, Meta(gt=0, lt=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class DatasetSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a manifest becomes a dataset.

    Settings at their defaults are left out of the dataset's identity: a new one makes no dataset anew.
    """

    label: str | None = None
    validation: Fraction = 0.1
    group_by: str | None = None
    without_objects: Literal["keep", "drop"] = "keep"
    machine_labeled: Literal["keep", "drop"] = "keep"
    select: tuple[str, ...] = ("GT",)
    ignore: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()


class Gate(Struct, frozen=True, forbid_unknown_fields=True):
    """When a dataset is too poor to train; a closed gate never starts a GPU."""

    max_rejected: Share = 0.2
    min_records: Annotated[int, Meta(ge=2)] = 20
    min_records_per_class: Annotated[int, Meta(ge=0)] = 1
    classes_in_both_splits: bool = True
