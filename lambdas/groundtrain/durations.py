"""Durations as written in settings: "90s", "30m", "4h", "14d"."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPELLING = re.compile(r"([1-9][0-9]*)\s*([smhd])")


class Duration(int):
    """A whole number of seconds; `str` gives it as settings write it."""

    def __str__(self) -> str:
        unit = max((u for u in _SECONDS if self % _SECONDS[u] == 0), key=_SECONDS.__getitem__)
        return f"{int(self) // _SECONDS[unit]}{unit}"


def parse_duration(text: object) -> Duration:
    """Parse a duration such as "4h".

    Raises:
        ValueError: the text is not a positive whole number and one of s, m, h, d.
    """
    match = _SPELLING.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'expected a duration like "30m", "4h" or "14d", got {text!r}')
    return Duration(int(match[1]) * _SECONDS[match[2]])
