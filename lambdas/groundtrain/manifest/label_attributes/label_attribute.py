"""A label attribute: where it is on a line, and what its metadata say."""

from msgspec import Struct

from groundtrain.dates import parse_date
from groundtrain.record_keys import Keys


class LabelAttribute(Struct, frozen=True):
    """A label attribute, as described by the first line that has its most frequent type.

    Attributes:
        keys: keys of source, label and metadata on that line.
        type: as Ground Truth spells it, such as "groundtruth/object-detection".
        job: name of the labeling job, "" when not given.
        created: date and time as given, "" when not given.
        is_there: whether a line has the label itself, or says why it has none.
    """

    keys: Keys
    type: str
    job: str = ""
    created: str = ""
    is_there: bool = True

    @property
    def name(self) -> str:
        """Name of the label attribute."""
        return self.keys.label

    def __str__(self) -> str:
        job = f", job {self.job}" if self.job else ""
        moment = parse_date(self.created)
        created = f"{moment:%Y-%m-%d}" if moment else self.created[:40]
        absent = "" if self.is_there else ", only metadata"
        return f"{self.name} ({self.type}{job}{f', {created}' if created else ''}{absent})"
