"""A line of a manifest that is to be drawn, and where its image and mask may be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from groundtrain.images.image_store import ImageStore
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding


class Subject(Struct, frozen=True):
    """One line.

    Attributes:
        record: None where the line cannot be read.
        findings: on the line, on its image and on its mask.
        classes: names by id; the id of one that has none is named by number.
        items: class ids of what it shows, in the order of its items where each has one.
    """

    line: int
    record: Any
    findings: tuple[Finding, ...]
    keys: Keys
    label_type: LabelType
    source: str = ""
    items: Sequence[int] = ()
    classes: Mapping[str, str] = {}

    def name_of(self, class_id: int) -> str:
        """The name of a class."""
        return self.classes.get(str(class_id), f"class {class_id}")

    @property
    def is_left_out(self) -> bool:
        """Whether a finding leaves it out of a dataset."""
        return self.record is None or any(finding.is_error for finding in self.findings)


class Canvas(Struct, frozen=True):
    """What a record is drawn with.

    Attributes:
        store: of images and masks; None where none can be read, so that blanks stand in for them.
        longest: pixels of the longest side of an image in the picture.
        rows: lines of text below an image at the most.
    """

    store: ImageStore | None
    longest: int = 1600
    rows: int = 40
