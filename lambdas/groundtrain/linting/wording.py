"""A check in words of its reader."""

from msgspec.structs import replace

from groundtrain.linting.linter import Check
from groundtrain.rules.findings import Finding
from groundtrain.rules.readers import Reader


def worded_for(reader: Reader, check: Check) -> Check:
    """The check, its advice in words of this reader."""
    return replace(
        check,
        verdict=replace(check.verdict, because=tuple(map(reader.worded, check.verdict.because))),
        gate=replace(check.gate, reasons=tuple(map(reader.worded, check.gate.reasons))),
        findings=tuple(_finding(reader, finding) for finding in check.findings),
    )


def _finding(reader: Reader, finding: Finding) -> Finding:
    return replace(finding, fix=reader.worded(finding.advice))
