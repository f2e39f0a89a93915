"""Check the codes with which people select, ignore and fix rules."""

import re
from difflib import SequenceMatcher
from os.path import commonprefix

from groundtrain.manifest.rules.findings import Rule
from groundtrain.manifest.rules.table import RULES


def invalid_code_reason(code: str, use: str) -> str:
    """Why a code, or prefix of codes, cannot be used this way; "" when it can.

    Args:
        code: such as "GT", "GT2" or "GT204".
        use: "select", "ignore" or "fix".
    """
    meant = [rule for known, rule in RULES.items() if known.startswith(code)]
    if not re.fullmatch(r"GT[0-9]{0,3}", code) or not meant:
        return no_such_rule(code)
    if use == "ignore" and all(rule.always for rule in meant):
        return f"{_named(code, meant)} cannot be ignored: no training can do without it"
    if use == "fix" and not any(rule.fixable for rule in meant):
        fixable = ", ".join(known for known, rule in RULES.items() if rule.fixable)
        return f"{_named(code, meant)} has no automatic fix; the rules that have one are {fixable}"
    return ""


def no_such_rule(wanted: str) -> str:
    """A sentence that suggests the rule whose code or name is spelled most alike."""
    spellings = {spelling: rule for rule in RULES.values() for spelling in (rule.code, rule.name)}
    written = max(wanted.upper(), wanted.lower(), key=lambda spelling: _best(spelling, spellings))
    nearest = spellings[max(spellings, key=lambda spelling: _likeness(written, spelling))]
    return f"there is no rule {wanted}; the nearest is {nearest.code} ({nearest.name})"


def _best(written: str, spellings: dict[str, Rule]) -> tuple[float, int]:
    return max(_likeness(written, spelling) for spelling in spellings)


def _likeness(written: str, spelling: str) -> tuple[float, int]:
    alike = SequenceMatcher(None, written, spelling).ratio()
    return alike, len(commonprefix([written, spelling]))  # noqa: RUF071  no paths


def _named(code: str, meant: list[Rule]) -> str:
    return f"{code} ({meant[0].name})" if len(meant) == 1 else f"none of {code}"
