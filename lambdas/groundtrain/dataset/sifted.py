"""The result of reading a manifest."""

from collections import Counter
from typing import NamedTuple

from groundtrain.dataset.sifting import Sieve
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding


class Sifted(NamedTuple):
    """A manifest after the last pass.

    Attributes:
        source: the manifest, with the metadata that its lines lacked.
        keys: keys that were read and written.
        classes: class names in the order of the ids that were written.
        remarks: findings on the manifest as a whole.
    """

    source: ManifestSource
    attribute: LabelAttribute
    label_type: LabelType
    keys: Keys
    lines: Lines
    sieve: Sieve
    classes: tuple[str, ...]
    remarks: tuple[Finding, ...] = ()

    @property
    def records_by_class(self) -> Counter[int]:
        """Records that show a class, on both sides, by its id in the dataset."""
        return self.sieve.train.records_by_class + self.sieve.validation.records_by_class
