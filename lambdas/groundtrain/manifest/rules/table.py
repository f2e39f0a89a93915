"""All rules by their code, and which of them count."""

from collections.abc import Iterable

from groundtrain.manifest.rules.classes import CLASSES
from groundtrain.manifest.rules.dataset import DATASET
from groundtrain.manifest.rules.images import IMAGES
from groundtrain.manifest.rules.labels import LABELS
from groundtrain.manifest.rules.lines import LINES
from groundtrain.manifest.rules.training import TRAINING

RULES = {rule.code: rule for rule in (*LINES, *LABELS, *CLASSES, *DATASET, *TRAINING, *IMAGES)}

LEFT_OUT_BY_SETTINGS = ("GT405", "GT406", "GT417", "GT418")
"""Lines under these are left out because the settings say so; nothing is wrong with them."""


def active_codes(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Codes that count, given prefixes such as "GT", "GT2" or "GT204"; `always` rules always do."""
    select, ignore = tuple(select), tuple(ignore)
    return frozenset(
        code
        for code, rule in RULES.items()
        if rule.always or (code.startswith(select) and not code.startswith(ignore))
    )


def fixed_codes(fix: Iterable[str]) -> frozenset[str]:
    """Codes of the rules that are mended; those among the prefixes that cannot be are left as they are."""
    prefixes = tuple(fix)
    return frozenset(code for code, rule in RULES.items() if rule.fixable and code.startswith(prefixes))
