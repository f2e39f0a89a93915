"""A finding as a JSON object, the same in every document."""

from collections.abc import Mapping
from typing import Any

from groundtrain.rules.findings import Finding


def finding_document(finding: Finding, place: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The object; `place` says where it was found, in a document that has places."""
    return {
        "code": finding.code,
        "severity": finding.rule.severity,
        **place,
        "message": finding.message,
        "fix": finding.advice,
    }
