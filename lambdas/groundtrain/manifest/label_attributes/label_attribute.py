"""A label attribute: where it is on a line, and what its metadata say."""

from functools import lru_cache

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
        return _in_words(self.name, self.type, self.job, self.created, self.is_there)


@lru_cache(1 << 12)  # with many of them, each is named beside each other one
def _in_words(name: str, kind: str, job: str, created: str, is_there: bool) -> str:
    moment = parse_date(created)
    day = f"{moment:%Y-%m-%d}" if moment else created[:40]
    about = (kind, f"job {job}" if job else "", day)
    return f"{name} ({', '.join(filter(None, about))}{'' if is_there else ', only metadata'})"
