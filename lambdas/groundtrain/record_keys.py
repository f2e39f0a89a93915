"""The three keys of a line that go into a dataset."""

from typing import NamedTuple

METADATA = "-metadata"
FETCHED = "-ref"
SOURCE_REF, SOURCE = "source-ref", "source"


class Keys(NamedTuple):
    """Keys in the order in which they are written; the first two are streamed.

    Attributes:
        source: "source-ref" for the address of an object in S3, "source" for a text on the line itself.
        label: name of the label attribute.
        metadata: key of the label attribute's metadata.
    """

    source: str
    label: str
    metadata: str


def keys_of(label: str, source: str = SOURCE_REF) -> Keys:
    """The keys for a label attribute of this name."""
    return Keys(source, label, label + METADATA)


def is_fetched(key: str) -> bool:
    """Whether SageMaker treats the value as an S3 address, and streams the object there.

    The key decides. Source: Developer Guide, "Provide Dataset Metadata to Training Jobs with an Augmented
    Manifest File".
    """
    return key.endswith(FETCHED)
