"""Where spans of a text begin and end, in characters.

In JavaScript a character beyond U+FFFF counts as two. Label Studio has stored offsets that count so, and
others that do not (label-studio issues 1008 and 1347); the text that it stores beside them decides.
"""

import re
from typing import Any, Literal

_WHITE = re.compile(r"(?:\\n|\s)+")
Counting = Literal["characters", "code units", "neither", "unknown"]


def span_in(text: str, start: int, end: int, marked: Any) -> tuple[int, int, Counting]:
    """Start and end of a span in characters, and how the offsets were counted.

    Args:
        text: of the task.
        start: as it is stored.
        end: as it is stored, exclusive.
        marked: the text of the span as it is stored; any other value where it is not.
    """
    is_plain = text.isascii() or max(text, default="") <= "\uffff"
    if not isinstance(marked, str):
        return start, end, "characters" if is_plain else "unknown"
    if _is_same(text[start:end], marked):
        return start, end, "characters"
    units = text.encode("utf-16-le", "surrogatepass")
    if not is_plain and _is_same(_characters(units[2 * start : 2 * end]), marked):
        before = len(_characters(units[: 2 * start]))
        return before, before + len(_characters(units[2 * start : 2 * end])), "code units"
    return start, end, "neither"


def _is_same(found: str, marked: str) -> bool:
    """White space may be shown otherwise than it is."""
    return found == marked or _WHITE.sub(" ", found).strip() == _WHITE.sub(" ", marked).strip()


def _characters(units: bytes) -> str:
    return units.decode("utf-16-le", "replace")
