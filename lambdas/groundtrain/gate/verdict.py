"""The verdict on a dataset: will it train?"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from groundtrain.dataset.description import DatasetContents
from groundtrain.errors import GroundtrainError
from groundtrain.quantities import quantity, shortened
from groundtrain.rules import LEFT_OUT_BY_SETTINGS, RULES
from groundtrain.rules.findings import Finding

_SHOWN = 3  # reasons in one line
_REQUIREMENTS = "GT52"


class Verdict(Struct, frozen=True):
    """Whether it will train, and if not, why.

    "gate-closed": a training job could read it and learn from it, but the gate would not start one.

    Attributes:
        without: number of faulty lines that are left out; 0 when it will not train.
        because: why it will not train, or why the gate is closed, one sentence for each reason.
        gate: which gate it is, in words.
    """

    kind: Literal["will-train", "will-train-without-lines", "gate-closed", "will-not-train"]
    without: int = 0
    because: tuple[str, ...] = ()
    gate: str = "the gate"

    def __str__(self) -> str:
        without = f" without {quantity(self.without, 'line')}" if self.without else ""
        if self.kind == "will-not-train":
            return f"will not train, because: {first_reasons(self.because)}"
        if self.kind == "gate-closed":
            return f"could train{without}, but {self.gate} is closed: {first_reasons(self.because)}"
        return f"will train{without}"


def first_reasons(reasons: Sequence[str]) -> str:
    """The first reasons, and the number of further ones."""
    further = len(reasons) - _SHOWN
    return " ".join(map(shortened, reasons[:_SHOWN])) + (f" And {further} more." if further > 0 else "")


def verdict_on(
    dataset: DatasetContents,
    findings: Iterable[Finding] = (),
    *,
    at_gate: Iterable[Finding] = (),
    gate: str = "the gate",
) -> Verdict:
    """The verdict on a dataset. Lines that the settings leave out are not faulty, so they are not counted.

    Args:
        dataset: with its findings on the manifest.
        findings: further ones on the dataset or the settings, not on lines; those of GT52 close the gate.
        at_gate: findings that close the gate whatever their codes.
        gate: which gate it is, in words.
    """
    found = (*dataset.manifest_findings, *findings)
    faults = reasons_against(finding for finding in found if not finding.code.startswith(_REQUIREMENTS))
    unmet = (finding for finding in found if finding.code.startswith(_REQUIREMENTS))
    closed = reasons_against((*unmet, *at_gate))
    if faults:
        return Verdict("will-not-train", because=tuple(dict.fromkeys((*faults, *closed))))
    without = rejected_for_cause(dataset)
    if closed:
        return Verdict("gate-closed", without, closed, gate)
    return Verdict("will-train-without-lines" if without else "will-train", without)


def refused(error: GroundtrainError, manifest: str) -> Verdict:
    """The verdict on a manifest that is unusable as a whole; without its name, which precedes the verdict."""
    sentence = f"{error}."
    for named, instead in ((f"{manifest}: ", ""), (f"{manifest} ", "it ")):
        if sentence.startswith(named):
            sentence = instead + sentence.removeprefix(named)
    return Verdict("will-not-train", because=(sentence,))


def reasons_against(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Reasons why nothing can be trained: a sentence for each error; a code of another version is none."""
    return tuple(dict.fromkeys(in_words(finding) for finding in findings if finding.is_error))


def findings_of_another_version(dataset: DatasetContents) -> tuple[Finding, ...]:
    """Findings on the manifest whose rules only another version of groundtrain knows."""
    return tuple(finding for finding in dataset.manifest_findings if finding.code not in RULES)


def in_words(finding: Finding) -> str:
    """A finding and its fix as a sentence; a file name at the beginning keeps its case."""
    first, space, rest = finding.told.partition(" ")
    first = first[:1].upper() + first[1:] if first.isalpha() else first
    return f"{first}{space}{rest}: {finding.advice}."


def rejected_for_cause(dataset: DatasetContents) -> int:
    """Number of lines rejected for a fault, not because the settings leave them out."""
    return dataset.rejected - sum(dataset.reasons.get(code, 0) for code in LEFT_OUT_BY_SETTINGS)
