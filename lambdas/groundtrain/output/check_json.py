"""A check as one JSON document."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from groundtrain.gate.verdict import Verdict
from groundtrain.linting.check import Check
from groundtrain.manifest.classes.class_change_checks import ClassChange
from groundtrain.output.finding_json import finding_document
from groundtrain.rules.findings import Finding

_KINDS = ("will-train", "will-train-without-lines", "gate-closed", "will-not-train")


def check_document(check: Check, *, statistics: bool) -> dict[str, Any]:
    """The document on one manifest; `counts` are exact, `findings` the first 1,000 of each rule."""
    return {
        "manifest": check.manifest,
        **({} if not check.manifests else {"manifests": check.manifests}),
        **_verdict(check.verdict),
        "gate": msgspec.to_builtins(check.gate),
        "records": check.records,
        "train": check.train,
        "validation": check.validation,
        **({} if check.test is None else {"test": check.test}),
        "rejected": check.rejected,
        "label": check.label,
        "type": check.type,
        "counts": check.counts,
        "fixed": check.fixed,
        **changes_document(check.class_changes),
        **renames_document(check.proposed_renames),
        "findings_found": sum(check.counts.values()),
        "findings_listed": len(check.findings),
        "findings": [placed_finding(finding) for finding in check.findings],
        **(_statistics(check) if statistics else {}),
    }


def checks_document(checks: Sequence[Check], *, statistics: bool) -> dict[str, Any]:
    """The document on several manifests; its verdict is the worst of theirs."""
    worst = max((check.verdict for check in checks), key=lambda verdict: _KINDS.index(verdict.kind))
    return {
        "verdict": worst.kind,
        "manifests": [check_document(check, statistics=statistics) for check in checks],
    }


def changes_document(changes: tuple[ClassChange, ...] | UnsetType) -> dict[str, Any]:
    """What became of classes that the settings change; nothing where they change none."""
    return {} if changes is UNSET else {"class_changes": msgspec.to_builtins(changes)}


def renames_document(renames: Mapping[str, str]) -> dict[str, Any]:
    """One name for each class that is spelled in several ways; nothing where there is none."""
    return {"proposed_renames": renames} if renames else {}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.kind, "because": verdict.because, "without": verdict.without}


def placed_finding(finding: Finding) -> dict[str, Any]:
    """A finding with its severity, and what to do about it."""
    return {
        **finding_document(finding, {"line": finding.line, "path": finding.path}),
        "source": finding.source,
        **({"names": finding.names} if finding.names else {}),
        **({} if finding.manifest is UNSET else {"manifest": finding.manifest}),
    }


def _statistics(check: Check) -> dict[str, Any]:
    return {
        "statistics": check.statistics,
        "classes": [msgspec.to_builtins(count) for count in check.classes],
    }
