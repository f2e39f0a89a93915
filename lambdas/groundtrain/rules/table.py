"""All rules by code, and which of them are active or fixed."""

from collections.abc import Iterable

from groundtrain.rules.classes import CLASSES
from groundtrain.rules.dataset import DATASET
from groundtrain.rules.images import IMAGES
from groundtrain.rules.labels import LABELS
from groundtrain.rules.lines import LINES
from groundtrain.rules.training import TRAINING

RULES = {rule.code: rule for rule in (*LINES, *LABELS, *CLASSES, *DATASET, *TRAINING, *IMAGES)}

LEFT_OUT_BY_SETTINGS = ("GT405", "GT406", "GT417", "GT418")
"""Rules for lines that the settings leave out, though nothing is wrong with them."""


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
