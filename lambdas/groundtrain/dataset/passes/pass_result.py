"""The result of reading a manifest."""

from typing import NamedTuple

from groundtrain.dataset.outputs import Outputs
from groundtrain.dataset.passes.counts import Counts
from groundtrain.dataset.passes.earlier_pass import EarlierPass, PassSettings
from groundtrain.dataset.passes.whole_manifest import WholeManifest
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.lines import LineTotals
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys
from groundtrain.rules.findings import Finding


class PassResult(NamedTuple):
    """A manifest after a pass.

    Attributes:
        source: the manifest, with the metadata that its lines lacked.
        given: what its lines were decided by.
        classes: class names in the order of the ids that were written.
        manifest_findings: findings on the manifest as a whole.
    """

    source: ManifestSource
    attribute: LabelAttribute
    given: PassSettings
    lines: LineTotals
    counts: Counts
    whole: WholeManifest
    outputs: Outputs
    classes: tuple[str, ...]
    manifest_findings: tuple[Finding, ...] = ()

    @property
    def label_type(self) -> LabelType:
        """Type of the labels."""
        return self.given.label_type

    @property
    def keys(self) -> Keys:
        """Keys that were read and written."""
        return self.given.keys

    @property
    def earlier(self) -> EarlierPass:
        """What was known before the pass."""
        return self.given.earlier
