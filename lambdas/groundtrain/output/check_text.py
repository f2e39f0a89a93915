"""A check as text: the findings by rule with a few examples each, and the verdict at the end."""

from collections.abc import Iterator
from itertools import groupby

from msgspec import UNSET

from groundtrain.linting.check import Check
from groundtrain.output.label_statistics import statistics_text
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import quantity, shortened
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

_EXAMPLES = 3


def check_text(check: Check, *, statistics: bool) -> Iterator[str]:
    """The lines; text from the manifest is not escaped."""
    if check.label:
        records = quantity(check.records, "record")
        yield f"{check.title}: {records}, label {check.label} ({check.type})"
    for code, findings in groupby(check.findings, key=lambda finding: finding.code):
        yield ""
        yield from _rule(check, code, list(findings))
    for code, count in check.fixed.items():
        yield ""
        yield f"{code} {RULES[code].name}: {count:,} fixed"
    if statistics:
        yield ""
        yield from _statistics(check)
    if check.proposed_renames:
        yield ""
        yield from proposed_names_text(check.proposed_renames)
    if check.label:
        yield ""
    yield f"{check.title}: {check.verdict}"


def _rule(check: Check, code: str, findings: list[Finding]) -> Iterator[str]:
    rule, count = RULES[code], check.counts[code]
    yield f"{code} {rule.name}: {rule.severity}, {count:,} found"
    shown = findings[:_EXAMPLES]
    for finding in shown:
        yield f"  {_place(check, finding)}{code} {shortened(finding.message)}: {finding.advice}"
    if count > len(shown):
        yield f"  and {count - len(shown):,} more"


def _place(check: Check, finding: Finding) -> str:
    """Manifest and line; that it is in the only manifest need not be said of what is not on a line."""
    manifest, line = finding.place(check.manifest)
    if line:
        return f"{manifest}:{line} "
    return "" if finding.manifest is UNSET else f"{manifest} "


def _statistics(check: Check) -> Iterator[str]:
    test = "" if check.test is None else f", test {check.test:,}"
    yield f"train {check.train:,}, validation {check.validation:,}{test}, left out {check.rejected:,}"
    usable = check.records - check.rejected
    yield from statistics_text(check.type, check.noun, usable, check.statistics, check.classes)
