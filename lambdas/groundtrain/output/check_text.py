"""A check as text: the findings by rule with a few examples each, and the verdict at the end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import UNSET

from groundtrain.linting.check import Check
from groundtrain.output.label_statistics import statistics_text
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import quantity, shortened
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.rules.rule import Severity

_EXAMPLES = 3
_KINDS = {
    "will-train": "will train",
    "will-train-without-lines": "will train without some lines",
    "gate-closed": "could train, but for the gate",
    "will-not-train": "will not train",
}


def check_text(check: Check, *, statistics: bool, can_fix: bool = False) -> Iterator[str]:
    """The lines; text from the manifest is not escaped.

    Args:
        check: of one manifest, or of those of a split.
        statistics: whether to show classes and sizes.
        can_fix: whether whoever reads it has the option --fix.
    """
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
    yield f"{check.title}: {check.verdict}{_in_short(check.counts, can_fix=can_fix)}"


def checks_text(checks: Sequence[Check]) -> str:
    """What came of several manifests, in one line."""
    kinds = Counter[str](check.verdict.kind for check in checks)
    found = [f"{kinds[kind]:,} {what}" for kind, what in _KINDS.items() if kinds[kind]]
    return f"{quantity(len(checks), 'manifest')}: {', '.join(found)}"


def _in_short(counts: Mapping[str, int], *, can_fix: bool) -> str:
    """How many findings there are, and how many --fix may be for: it leaves alone what is not safe."""
    severities, fixable = Counter[str](), 0
    for code, count in counts.items():
        severities[RULES[code].severity] += count
        fixable += count if RULES[code].fixable else 0
    found = [quantity(severities[one], one) for one in Severity if severities[one]]
    found += [f"up to {fixable:,} fixable with --fix"] if fixable and can_fix else []
    return f" ({', '.join(found)})" if found else ""


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
