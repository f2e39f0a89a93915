"""The metadata keys that all label types share."""

from typing import Any

from msgspec import UNSET, Struct


class Metadata(Struct, gc=False, rename="kebab", kw_only=True):
    """The value of the metadata attribute, as far as it is read for every label type.

    Each type names its own `type` as a literal. Developer Guide, "Output Data". A line that failed has
    `failure_reason`, for which public parsers look; the guide has no word of it: it is not confirmed (C01).
    """

    type: str
    human_annotated: Any = UNSET
    creation_date: Any = UNSET
    job_name: Any = UNSET
    adjustment_status: Any = UNSET
    failure_reason: Any = UNSET


def common_string_count(metadata: Metadata) -> int:
    """Number of JSON strings among the keys above and their values, without failure-reason."""
    if (
        metadata.adjustment_status is UNSET
        and type(metadata.human_annotated) is str
        and type(metadata.creation_date) is str
        and type(metadata.job_name) is str
    ):
        return 8  # what nearly every record has
    values = metadata.human_annotated, metadata.creation_date, metadata.job_name, metadata.adjustment_status
    return 2 + sum([string_count(value) for value in values])


def string_count(value: object) -> int:
    """Number of JSON strings that an optional key and its value are at the least."""
    return 0 if value is UNSET else 1 + isinstance(value, str)
