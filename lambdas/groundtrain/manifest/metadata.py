"""What the metadata of every label type holds."""

from typing import Any

from msgspec import UNSET, Struct


class Metadata(Struct, gc=False, rename="kebab", kw_only=True):
    """The value of the metadata attribute, as far as it is read for every label type.

    Each type names its own `type` as a literal. Developer Guide, "Output Data".
    """

    type: str
    human_annotated: Any = UNSET
    creation_date: Any = UNSET
    job_name: Any = UNSET
    adjustment_status: Any = UNSET
    failure_reason: Any = UNSET


def common_key_count(metadata: Metadata) -> int:
    """How many of the keys above are there; failure-reason is not counted."""
    return (
        1
        + (metadata.human_annotated is not UNSET)
        + (metadata.creation_date is not UNSET)
        + (metadata.job_name is not UNSET)
        + (metadata.adjustment_status is not UNSET)
    )
