"""Which rules are active or fixed, by the codes with which people select, ignore and fix them."""

import re
from collections.abc import Iterable

from groundtrain.closest_spelling import nearest
from groundtrain.rules.all_rules import RULES
from groundtrain.rules.rule import Rule, Severity

_LONGEST = 80  # characters
_LOOK_ALIKE = str.maketrans("OIL", "011")
_LISTED = "groundtrain rule lists them all"


def active_codes(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Codes of the active rules, given prefixes such as "GT", "GT2" or "GT204"; `always` rules are active."""
    select, ignore = tuple(select), tuple(ignore)
    return frozenset(
        code
        for code, rule in RULES.items()
        if rule.always or (code.startswith(select) and not code.startswith(ignore))
    )


def fixed_codes(fix: Iterable[str]) -> frozenset[str]:
    """Codes of the fixable rules that have one of these prefixes."""
    prefixes = tuple(fix)
    return frozenset(code for code, rule in RULES.items() if rule.fixable and code.startswith(prefixes))


def invalid_code_reason(code: str, use: str) -> str:
    """Why a code, or prefix of codes, cannot be used this way; "" when it can.

    Args:
        code: such as "GT", "GT2" or "GT204".
        use: "select", "ignore", "fix" or "relabel".
    """
    meant = [rule for known, rule in RULES.items() if known.startswith(code)]
    if not re.fullmatch(r"GT[0-9]{0,3}", code) or not meant:
        return no_such_rule(code)
    if use == "ignore" and all(rule.always for rule in meant):
        return f"{_named(code, meant)} cannot be ignored: no training can do without it"
    if use == "relabel" and not any(map(_can_reject, meant)):
        return f"{_named(code, meant)} leaves out no line, so that there is nothing to label again"
    if use == "fix" and not any(rule.fixable for rule in meant):
        fixable = ", ".join(known for known, rule in RULES.items() if rule.fixable)
        return f"{_named(code, meant)} has no automatic fix; the rules that have one are {fixable}"
    return ""


def _can_reject(rule: Rule) -> bool:
    """Whether a line is left out for it: it is an error, or the settings may ask for it."""
    return rule.severity is Severity.ERROR or rule.name.startswith("left-out")


def no_such_rule(wanted: str) -> str:
    """A sentence that suggests what was meant: by its name, its spelling, or the family of its number."""
    shown = wanted if len(wanted) <= _LONGEST else f"{wanted[:_LONGEST]}..."
    return f"there is no rule {shown}; {_meant(wanted)}"


def code_of(wanted: str) -> str:
    """The code of the rule of this code or name; "" for anything else, such as a prefix."""
    text = wanted.strip().lower().replace("_", "-").replace(" ", "-")
    return next((code for code, rule in RULES.items() if text in (code.lower(), rule.name)), "")


def _meant(wanted: str) -> str:
    code = code_of(wanted) or code_of(f"GT{wanted}") or code_of(wanted.upper().translate(_LOOK_ALIKE))
    if not code and (number := re.fullmatch(r"(?i)\s*(?:GT)?([0-9]{1,3})\s*", wanted)):
        return _family(number[1])
    code = code or nearest(wanted, RULES) or code_of(nearest(wanted, [rule.name for rule in RULES.values()]))
    return f"the nearest is {code} ({RULES[code].name})" if code else _LISTED


def _family(number: str) -> str:
    """A number that is near by chance means nothing; its family may help."""
    family = [code for code in RULES if code.startswith(f"GT{number[0]}")]
    if not family:
        families = sorted({code[:3] for code in RULES})
        return f"the families are {families[0]} to {families[-1]}, and {_LISTED}"
    prefix = family[0][:3]
    return f"those of {prefix} are {family[0]} to {family[-1]}: groundtrain rule {prefix} lists them"


def _named(code: str, meant: list[Rule]) -> str:
    return f"{code} ({meant[0].name})" if len(meant) == 1 else f"none of {code}"
