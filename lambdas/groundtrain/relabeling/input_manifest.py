"""Write an input manifest, which a labeling job of Ground Truth starts from.

Developer Guide, "Use an Input Manifest File": a line has `source-ref` or `source`, and may have labels of
earlier jobs. "Chaining labeling jobs": a job whose label attribute a line has already sends it to nobody.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from groundtrain.dataset.outputs import LineWriter
from groundtrain.output_files import replaced_file
from groundtrain.record_keys import Keys
from groundtrain.relabeling.records_to_label import RecordToLabel


def write_input_manifest(
    records: Iterable[RecordToLabel], keys: Keys, path: Path, *, keep_labels: bool
) -> None:
    """Write a line for each record.

    Args:
        records: what is to be labeled.
        keys: of the label attribute that is to be filled.
        path: of the file.
        keep_labels: whether the labels that are on the lines stay there, for a job that is chained to them.

    Raises:
        SettingsError: the file cannot be written.
    """
    with replaced_file(path) as file:
        writer = LineWriter(file)
        for line in _lines(records, keys, keep_labels=keep_labels):
            writer.write(line)
        writer.flush()


def _lines(records: Iterable[RecordToLabel], keys: Keys, *, keep_labels: bool) -> Iterator[bytes]:
    for record in records:
        kept = dict(record.pieces) if keep_labels else dict(record.own)
        if record.failed or keys.label not in kept:
            kept.pop(keys.label, None)
            kept.pop(keys.metadata, None)
        kept.pop(keys.source, None)
        yield msgspec.json.encode({keys.source: record.source, **kept})
