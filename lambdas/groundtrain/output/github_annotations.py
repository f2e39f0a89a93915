"""Checks as GitHub Actions workflow commands: each becomes an annotation on the manifest's line.

Facts: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from collections.abc import Iterable, Iterator

from groundtrain.linting.check import Check
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_VERDICTS = {"gate-closed": "warning", "will-not-train": "error"}


def github_annotations(checks: Iterable[Check]) -> Iterator[str]:
    """A command for each finding, then one for the verdict, manifest by manifest."""
    for check in checks:
        for finding in check.findings:
            yield _annotation(check.manifest, finding)
        command = _VERDICTS.get(check.verdict.kind, "notice")
        yield f"::{command} file={_property(check.manifest)}::{_data(str(check.verdict))}"


def _annotation(manifest: str, finding: Finding) -> str:
    rule = finding.rule
    manifest, number = finding.place(manifest)
    line = f",line={number}" if number else ""
    title = _property(f"{rule.code} {rule.name}")
    message = _data(finding.explained)
    return f"::{_COMMANDS[rule.severity]} file={_property(manifest)}{line},title={title}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
