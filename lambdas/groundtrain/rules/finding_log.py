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
        found_on: lines that they are on, by code; all findings of a line are added together.
        fixed: findings that a fix has removed, by code.
    """

    def __init__(self, most: int = 20, most_in_all: int = 10_000) -> None:
        self.counts: Counter[str] = Counter()
        self.found_on: Counter[str] = Counter()
        self.fixed: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._most, self._room = most, most_in_all
        self._examples: dict[str, list[Finding]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        for finding in findings:
            self.counts[finding.code] += 1
            if finding.line and self._last.get(finding.code) != finding.line:
                self._last[finding.code] = finding.line
                self.found_on[finding.code] += 1
            examples = self._examples.setdefault(finding.code, [])
            if len(examples) < self._most and self._room:
                examples.append(finding)
                self._room -= 1

    def examples(self) -> tuple[Finding, ...]:
        """The first findings of each code, by code and line."""
        return tuple(finding for _, found in sorted(self._examples.items()) for finding in found)
