"""The data of tasks for Label Studio, of which nobody has annotated one.

"Import data" at labelstud.io: a task has `data`, whose keys a labeling configuration names, and which are
shown beside the task.
"""

from typing import Any

from groundtrain.errors import ManifestError
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.record_keys import Keys, is_fetched
from groundtrain.relabeling.records_to_label import RecordToLabel


class TaskData:
    """Makes the data of tasks.

    Attributes:
        not_carried: number of attributes of lines that have the name under which the source stands.
    """

    def __init__(self, label_type: LabelType, keys: Keys) -> None:
        self._type, self._key = label_type, "image" if is_fetched(keys.source) else "text"
        self.not_carried = 0

    def of_record(self, record: RecordToLabel) -> dict[str, Any]:
        """The data of one task: the image or text, and what its line says beside labels."""
        own = {name: value for name, value in record.own.items() if name != self._key}
        self.not_carried += len(record.own) - len(own)
        return {self._key: record.source, **own}


def refuse_other_types(label_type: LabelType) -> None:
    """Refuse what the tasks that are written cannot show.

    Raises:
        ManifestError: it is no image, and no text on a line.
    """
    if not (label_type.of_images or "source" in label_type.source_keys):
        raise ManifestError(
            f"no tasks for Label Studio are written for labels of type {label_type.name}",
            fix="name a file that does not end in .json, for an input manifest of Ground Truth",
        )
