"""Numbers as text says them: sums and products are exact, and rounded once, when they become pixels.

With binary fractions 0.3 - 0.1 is 0.19999999999999998, and a box that was written does not come back.
"""

import math
import re
from decimal import Context, Decimal

EXACT = Context(prec=60, traps=[])
"""Digits enough for every number of a label; what overflows is infinite, and no error."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?", re.ASCII)


def exact_number(text: str) -> Decimal | None:
    """The number; None for a text that is none: NaN, infinite or too large for a float, empty, words."""
    if len(text) >= 400 or not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        return None
    return Decimal(text)


def exact(number: float) -> Decimal:
    """A number of pixels by the shortest text that means it."""
    return Decimal(repr(float(number)))


def plain(number: Decimal) -> str:
    """Its text without an exponent, as readers of all kinds know it, and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
