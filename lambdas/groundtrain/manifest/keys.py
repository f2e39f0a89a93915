"""The three keys of a line that a dataset keeps."""

from typing import NamedTuple

METADATA = "-metadata"
FETCHED = "-ref"
SOURCE_REF, SOURCE = "source-ref", "source"


class Keys(NamedTuple):
    """Keys in the order in which they are written; the first two are what is streamed.

    Attributes:
        source: "source-ref" for the address of an object in S3, "source" for a text on the line itself.
        label: name of the label attribute.
        metadata: of the label attribute.
    """

    source: str
    label: str
    metadata: str


def keys_of(label: str, source: str = SOURCE_REF) -> Keys:
    """The keys that belong to a label attribute of this name."""
    return Keys(source, label, label + METADATA)


def is_fetched(key: str) -> bool:
    """Whether SageMaker takes the value for an S3 address and streams the object there.

    The name decides: Developer Guide, "Provide Dataset Metadata to Training Jobs with an Augmented Manifest
    File".
    """
    return key.endswith(FETCHED)
