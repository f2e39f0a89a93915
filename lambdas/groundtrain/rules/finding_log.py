"""Collect the findings of a manifest: all are counted, the first are kept as examples."""

from collections import Counter
from collections.abc import Iterable

from groundtrain.rules.findings import Finding


class FindingLog:
    """Counts findings by code and keeps the first few of each.

    Args:
        most: findings to keep of one code.
        most_in_all: findings to keep of all codes together.

    Attributes:
        counts: findings that remain, by code.
        records_with_findings: lines that they are on, by code; all findings of a line are added together.
        fixed: findings that a fix has removed, by code.
        first: those that are kept, as they were added.
    """

    def __init__(self, most: int = 20, most_in_all: int = 10_000) -> None:
        self.counts: Counter[str] = Counter()
        self.records_with_findings: Counter[str] = Counter()
        self.fixed: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._most, self._most_in_all = most, most_in_all
        self.first: list[Finding] = []
        self._kept: Counter[str] = Counter()

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        for finding in findings:
            self.counts[finding.code] += 1
            if finding.line and self._last.get(finding.code) != finding.line:
                self._last[finding.code] = finding.line
                self.records_with_findings[finding.code] += 1
            self._keep(finding)

    def count(self, code: str, lines: int) -> None:
        """Count a finding on each of so many further lines, none of which is kept."""
        if lines:
            self.counts[code] += lines
            self.records_with_findings[code] += lines

    def merged(self, later: "FindingLog") -> "FindingLog":
        """The log of these lines and of later ones; examples are the first of both, in order."""
        both = FindingLog(self._most, self._most_in_all)
        both.counts, both.records_with_findings = (
            self.counts + later.counts,
            self.records_with_findings + later.records_with_findings,
        )
        both.fixed = self.fixed + later.fixed
        for finding in (*self.first, *later.first):
            both._keep(finding)
        return both

    def examples(self) -> tuple[Finding, ...]:
        """The first findings of each code, by code and line."""
        return tuple(sorted(self.first, key=lambda finding: finding.code))

    def _keep(self, finding: Finding) -> None:
        if self._kept[finding.code] < self._most and len(self.first) < self._most_in_all:
            self._kept[finding.code] += 1
            self.first.append(finding)
