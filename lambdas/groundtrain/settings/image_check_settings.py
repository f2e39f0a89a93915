"""The `[image_checks]` table: how the images of a dataset are looked at, many functions at once."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import fields

from groundtrain.settings.dataset_settings import Gate
from groundtrain.settings.mistakes import Mistake


class ImageChecks(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How `[dataset] images = "full"` spreads its work; without it nothing reads this table.

    Attributes:
        max_concurrency: functions at work at once for one manifest; an account may have few in all.
        tolerated_failure_percentage: of the shards of at most 200 lines, those that may fail for good, and
            whose images nobody has looked at then; a warning counts them.
    """

    max_concurrency: Annotated[int, Meta(ge=1, le=1000)] = 50
    tolerated_failure_percentage: Annotated[int, Meta(ge=0, le=100)] = 0


def image_check_mistakes(
    image_checks: ImageChecks, gate: Gate, images: Literal["list", "header", "full"]
) -> Iterator[Mistake]:
    """Keys that are set and change nothing, since images are looked at in another way."""
    if images == "full":
        return
    for table, values, keys in (
        ("image_checks", image_checks, [field.name for field in fields(ImageChecks)]),
        ("gate", gate, ["max_image_cost"]),
    ):
        usual = type(values)()
        for key in (key for key in keys if getattr(values, key) != getattr(usual, key)):
            yield Mistake(
                f"{table}.{key}",
                f'it is for images = "full" under [dataset], and images are looked at by "{images}"',
                'take it out, or set images = "full"',
            )
