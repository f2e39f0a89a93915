"""Checks as SARIF 2.1.0, the format of code scanning (OASIS standard)."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from groundtrain.linting.check import Check
from groundtrain.rules import RULES
from groundtrain.rules.advice import Audience
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Rule, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_UNUSABLE = {
    "id": "unusable-manifest",
    "name": "UnusableManifest",
    "shortDescription": {"text": "unusable manifest"},
    "fullDescription": {"text": "The file as a whole is not a manifest that can be trained on."},
    "help": {"text": "The message of the result says what to do."},
    "defaultConfiguration": {"level": "error"},
}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_VERDICTS = {"gate-closed": "warning", "will-not-train": "error"}


def sarif_log(checks: Sequence[Check]) -> dict[str, Any]:
    """One run over all manifests; the verdicts are notifications of its invocation."""
    met = sorted({finding.code for check in checks for finding in check.findings})
    unusable = [check for check in checks if check.verdict.kind == "will-not-train" and not check.findings]
    rules = [*(_rule(RULES[code]) for code in met), *([_UNUSABLE] if unusable else [])]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules)},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            note for check in checks for note in _notifications(check)
                        ],
                    }
                ],
                "results": [
                    *_results(checks, met),
                    *(_unusable_result(check, len(met)) for check in unusable),
                ],
            }
        ],
    }


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "groundtrain",
        "semanticVersion": version("groundtrain"),
        "rules": rules,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} What to do: {Audience().worded(rule.fix)}."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _results(checks: Iterable[Check], codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    places = {code: i for i, code in enumerate(codes)}
    for check in checks:
        for finding in check.findings:
            yield {
                "ruleId": finding.code,
                "ruleIndex": places[finding.code],
                "level": _LEVELS[finding.rule.severity],
                "message": {"text": finding.explained},
                "locations": [_location(check.manifest, finding)],
            }


def _unusable_result(check: Check, rule_index: int) -> dict[str, Any]:
    """No rule found anything in a file that is unusable as a whole, and yet it must not look clean."""
    return {
        "ruleId": _UNUSABLE["id"],
        "ruleIndex": rule_index,
        "level": "error",
        "message": {"text": " ".join(check.verdict.because)},
        "locations": [_location(check.manifest, Finding.on_file("", ""))],
    }


def _location(manifest: str, finding: Finding) -> dict[str, Any]:
    """Location of a finding; on the whole file it is line 1, since viewers require a line."""
    manifest, line = finding.place(manifest)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(manifest)},
            "region": {"startLine": max(1, line)},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.path}],
    }


def _notifications(check: Check) -> Iterator[dict[str, Any]]:
    yield _notification(check, _VERDICTS.get(check.verdict.kind, "note"), str(check.verdict))


def _notification(check: Check, level: str, text: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(check.manifest)}}}],
    }


def _uri(manifest: str) -> str:
    if manifest.startswith("s3://"):
        return quote(manifest, safe=":/")
    return Path(manifest).as_uri() if Path(manifest).is_absolute() else quote(Path(manifest).as_posix())
