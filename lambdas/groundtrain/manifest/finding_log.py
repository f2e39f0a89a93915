"""Findings of a whole manifest: all counted, some kept as examples."""

from collections import Counter
from collections.abc import Iterable

from groundtrain.manifest.findings import Finding

_EXAMPLES = 20


class FindingLog:
    """Counts findings by code and keeps the first few of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[str, list[Finding]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in findings."""
        for finding in findings:
            self.counts[finding.code] += 1
            examples = self._examples.setdefault(finding.code, [])
            if len(examples) < _EXAMPLES:
                examples.append(finding)

    def examples(self) -> tuple[Finding, ...]:
        """The first findings of each code, by code and line."""
        return tuple(finding for _, found in sorted(self._examples.items()) for finding in found)
