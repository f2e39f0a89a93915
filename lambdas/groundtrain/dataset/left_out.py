"""Lines that were left out: how many, and the rule with most of them."""

from collections.abc import Iterable, Mapping

from groundtrain.quantities import quantity
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

TOLD_ON_FILE = {"GT201": "GT422"}
"""Rules on the whole file whose advice is better than that of the rule on its lines."""


def main_reason(reasons: Mapping[str, int]) -> str:
    """The code of the rule that rejected most lines; of two, the one that comes first."""
    return max(sorted(reasons), key=reasons.__getitem__)


def left_out(reasons: Mapping[str, int], records: int) -> str:
    """How many of the records were left out, and for what, one clause; `reasons` are not empty."""
    code, total = main_reason(reasons), sum(reasons.values())
    were = "was" if total == 1 else "were"
    most = "" if reasons[code] == total else f", {reasons[code]:,} of them"
    name = RULES[code].name if code in RULES else "a rule of another version"
    return f"{total:,} of {quantity(records, 'record')} {were} left out{most} for {name} ({code})"


def what_to_do(reasons: Mapping[str, int], examples: Iterable[Finding] = ()) -> str:
    """The fix for most of the lines that were left out: that of an example, else that of the rule.

    `examples` may be findings on such lines, or on the whole file.
    """
    code = main_reason(reasons)
    rule = RULES.get(code)
    fixes = (finding.advice for finding in examples if finding.code in (code, TOLD_ON_FILE.get(code)))
    return next(fixes, rule.fix if rule else "see rejected.jsonl")
