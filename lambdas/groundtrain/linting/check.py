"""What was found in one manifest, or in those that give a split, and whether it will train."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from groundtrain.dataset.description import GateDecision
from groundtrain.dataset.overview import ClassCount
from groundtrain.dataset.split.given_files import title_of
from groundtrain.dataset.split.sides import Side
from groundtrain.errors import GroundtrainError
from groundtrain.gate.verdict import Verdict, refused
from groundtrain.manifest.classes.class_change_checks import ClassChange
from groundtrain.rules import RULES
from groundtrain.rules.advice import Audience
from groundtrain.rules.findings import Finding


class Check(Struct, frozen=True, kw_only=True):
    """What was found in one manifest.

    Attributes:
        manifest: its name, as messages show it; of several that give a split, that of the one for training.
        manifests: names by side, where a split is given by several.
        label, type: "" when the manifest is unusable as a whole.
        noun: what the labels are made of, such as "boxes".
        gate: whether training would be started, by the gate of the given settings or else the default one.
        counts: number of findings by code; findings that are fixed are counted in `fixed` instead.
        findings: the first findings of each rule, by code and line.
        test: records on the test side; None where there is no such side.
        class_changes: what became of classes that the settings change; unset where they change none.
        proposed_renames: one name for each class that is spelled in several ways.
        rejected: lines that are left out of the dataset, including those that the settings leave out.
    """

    manifest: str
    verdict: Verdict
    gate: GateDecision
    records: int = 0
    train: int = 0
    validation: int = 0
    test: int | None = None
    rejected: int = 0
    label: str = ""
    type: str = ""
    noun: str = ""
    counts: dict[str, int] = {}
    fixed: dict[str, int] = {}
    class_changes: tuple[ClassChange, ...] | UnsetType = UNSET
    proposed_renames: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()
    statistics: dict[str, float] = {}
    classes: Sequence[ClassCount] = ()
    manifests: dict[Side, str] = {}

    @property
    def title(self) -> str:
        """Name of the manifest, or of all that give a split."""
        return title_of(self.manifests) if self.manifests else self.manifest

    @property
    def is_clean(self) -> bool:
        """True when no finding is an error, the manifest will train, and the gate is open."""
        errors = any(RULES[code].is_error for code in self.counts)
        return not self.verdict.because and not errors

    def worded_for(self, audience: Audience) -> "Check":
        """The check with its advice in words of this audience."""
        return replace(
            self,
            verdict=replace(self.verdict, because=tuple(map(audience.worded, self.verdict.because))),
            gate=replace(self.gate, reasons=tuple(map(audience.worded, self.gate.reasons))),
            findings=tuple(replace(each, fix=audience.worded(each.advice)) for each in self.findings),
        )


def unchecked(manifest: str, error: GroundtrainError, manifests: Mapping[Side, str] = {}) -> Check:
    """The check of a manifest that does not exist or cannot be read; `manifests` are those of a split."""
    verdict = refused(error, title_of(manifests) if manifests else manifest)
    gate = GateDecision(open=False, reasons=verdict.because)
    return Check(manifest=manifest, manifests=dict(manifests), verdict=verdict, gate=gate)
