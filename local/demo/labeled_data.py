"""The data of a labeling job for the demonstration: its manifest and the objects that it names."""

from pathlib import Path

from msgspec import Struct


class Upload(Struct, frozen=True):
    """An object to put into the embedded S3: the content of a file, or the bytes given."""

    bucket: str
    key: str
    content: Path | bytes


class ToolLabels(Struct, frozen=True):
    """Labels in the format of another tool, with their images.

    Attributes:
        title: of the format, for people.
        source: the file or folder that `groundtrain publish` is given.
        images: their folder.
        records: how many images the labels name.
        dataset: what [dataset] of the settings says: who is for validation.
        options: further options of `groundtrain publish`.
    """

    title: str
    source: Path
    images: Path
    records: int
    dataset: dict[str, str]
    options: tuple[str, ...] = ()


class LabeledData(Struct, frozen=True):
    """A finished labeling job, before it is put into the embedded AWS, or labels that need none.

    Attributes:
        job: name of the labeling job.
        label: its label attribute.
        manifest: the output manifest; empty where `tool` has the labels.
        classes: of the label category file; empty when there is none.
        buckets: buckets to create for the images; the settings name them.
        counters: LabelCounters of the job.
        notes: for the person, on how the data was adapted.
        tool: labels that `groundtrain publish` makes the manifest of.
    """

    job: str
    label: str
    manifest: bytes
    uploads: tuple[Upload, ...]
    classes: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    counters: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    tool: ToolLabels | None = None
