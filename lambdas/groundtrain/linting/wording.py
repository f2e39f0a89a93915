"""A check in words of its reader."""

from msgspec.structs import replace

from groundtrain.linting.linter import Check
from groundtrain.rules.advice import Audience
from groundtrain.rules.findings import Finding


def worded_for(reader: Audience, check: Check) -> Check:
    """The check, its advice in words of this reader."""
    return replace(
        check,
        verdict=replace(check.verdict, because=tuple(map(reader.worded, check.verdict.because))),
        gate=replace(check.gate, reasons=tuple(map(reader.worded, check.gate.reasons))),
        findings=tuple(_finding(reader, finding) for finding in check.findings),
    )


def _finding(reader: Audience, finding: Finding) -> Finding:
    return replace(finding, fix=reader.worded(finding.advice))
