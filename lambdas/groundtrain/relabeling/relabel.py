"""Write down what is to be labeled again, and tell how much that is."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

from groundtrain.formats.label_studio.writing import write_tasks
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.relabeling.input_manifest import write_input_manifest
from groundtrain.relabeling.label_studio_tasks import TaskData, refuse_other_types
from groundtrain.relabeling.records_to_label import RecordsToLabel
from groundtrain.settings.dataset_settings import DatasetSettings

RelabelFormat = Literal["input-manifest", "label-studio"]


class Relabeled(Struct, frozen=True):
    """What was written to be labeled again, and what was not; see `records_to_label.Counts`.

    Attributes:
        records: number of records written.
        attributes_not_carried: number of attributes of lines that the tasks have no place for.
    """

    output: str
    format: RelabelFormat
    records: int
    reasons: dict[str, int]
    labeled_elsewhere: int
    labeled_under_another_name: int
    repeated: int
    without_source: int
    attributes_not_carried: int
    others: dict[str, int]


class RelabelRequest(Struct, frozen=True):
    """What is wanted.

    Attributes:
        output: the file to write.
        rules: prefixes of codes, see `RecordsToLabel`.
        keep_labels: whether an input manifest keeps the labels that are on the lines.
    """

    output: Path
    format: RelabelFormat
    rules: tuple[str, ...] = ()
    keep_labels: bool = False


def relabel(
    source: ManifestSource,
    rejected: Path,
    keys: Keys,
    type_name: str,
    settings: DatasetSettings,
    request: RelabelRequest,
) -> Relabeled:
    """Write the records that are to be labeled again.

    Args:
        source: the manifest.
        rejected: the rejected.jsonl that comes of it.
        keys: those that were read.
        type_name: the type of the labels.
        settings: by which the lines were rejected.
        request: what is wanted.

    Raises:
        ManifestError: there are no tasks for what is labeled.
        SettingsError: the file cannot be written.
    """
    records = RecordsToLabel(source, rejected, keys, type_name, request.rules, settings)
    data = TaskData(LABEL_TYPES[type_name], keys)
    if request.format == "label-studio":
        refuse_other_types(LABEL_TYPES[type_name])
    if request.format == "input-manifest":
        write_input_manifest(records.read(), keys, request.output, keep_labels=request.keep_labels)
    else:
        write_tasks(map(data.of_record, records.read()), request.output)
    counts = records.counts
    return Relabeled(
        str(request.output),
        request.format,
        counts.reasons.total(),
        dict(sorted(counts.reasons.items())),
        counts.labeled_elsewhere,
        counts.labeled_under_another_name,
        counts.repeated,
        counts.without_source,
        data.not_carried,
        dict(sorted(counts.others.items())),
    )
