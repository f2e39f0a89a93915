"""The data of a labeling job for the demonstration: its manifest and the objects that it names."""

from pathlib import Path

from msgspec import Struct


class Upload(Struct, frozen=True):
    """An object to put into the embedded S3: the content of a file, or the bytes given."""

    bucket: str
    key: str
    content: Path | bytes


class LabeledData(Struct, frozen=True):
    """A finished labeling job, before it is put into the embedded AWS.

    Attributes:
        job: name of the labeling job.
        label: its label attribute.
        manifest: the output manifest.
        classes: of the label category file; empty when there is none.
        buckets: buckets to create for the images; the settings name them.
        counters: LabelCounters of the job.
        notes: for the person, on how the data was adapted.
    """

    job: str
    label: str
    manifest: bytes
    uploads: tuple[Upload, ...]
    classes: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    counters: dict[str, int] = {}
    notes: tuple[str, ...] = ()
