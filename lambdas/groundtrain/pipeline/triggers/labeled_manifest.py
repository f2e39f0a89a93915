"""What a trigger hands over: all that making a dataset knows of where its labels come from."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from groundtrain.errors import NotReadyError
from groundtrain.manifest.source import ManifestSource


class LabeledManifest(Struct, frozen=True, kw_only=True):
    """A manifest whose labels are done.

    Attributes:
        name: of what the labels come from; in S3, the folder of its datasets has this name.
        identity: tells it from all others; the same labels in another version have the same identity.
        title: what it is called in a sentence, such as `labeling job "Pallets-07"`.
        manifest: the version to read; its ETag tells it from other versions.
        labeling_job_arn: of the labeling job that it is the output of, "" where it is none's.
        label: the label attribute, None to leave it to the settings.
        category_file: address of the label category file, None when there is none.
        counters: objects by what became of them, such as "TotalLabeled", as far as they were counted.
        settled: from then on nobody writes the manifest any more.
    """

    name: str
    identity: str
    title: str
    manifest: ManifestSource
    labeling_job_arn: str = ""
    label: str | None = None
    category_file: str | None = None
    counters: Mapping[str, int] = {}
    settled: datetime


def refuse_incomplete(labeled: LabeledManifest, records: int) -> None:
    """Wait if the manifest has fewer labels than were counted, as long as it may still be written.

    Raises:
        NotReadyError: it is not complete yet.
    """
    counted = labeled.counters.get("TotalLabeled", 0)
    if records < counted and datetime.now(UTC) < labeled.settled:
        raise NotReadyError(
            f"{labeled.title} counts {counted} labeled objects, its manifest has {records} so far"
        )
