"""One documented hyperparameter: its allowed values, their spelling, and the nearest allowed value."""

import re
from typing import Protocol

from msgspec import Struct

from groundtrain.closest_spelling import nearest
from groundtrain.settings.regular_expressions import invalid_pattern_reason

_SHOWN = 100


class Form(Protocol):
    """The allowed values; `str()` describes them in words."""

    def spelled(self, text: str, /) -> str | None:
        """The value as the algorithm expects it; None when it is not allowed."""
        ...

    def nearest(self, text: str, /) -> str | None:
        """The allowed value nearest to one that is not allowed; None when there is none."""
        ...


class Whole(Struct, frozen=True):
    """A whole number from `least` to `most`; None for no upper limit."""

    least: int = 1
    most: int | None = None

    def spelled(self, text: str) -> str | None:
        """The digits alone."""
        if not re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", text):
            return None
        return str(int(text)) if self._clamped(int(text)) == int(text) else None

    def nearest(self, text: str) -> str | None:
        """Rounded and clamped."""
        number = _number(text)
        if number is None or (self.most is None and number >= 1e18):
            return None
        return str(self._clamped(round(number)))

    def _clamped(self, number: int) -> int:
        return max(self.least, number if self.most is None else min(number, self.most))

    def __str__(self) -> str:
        if self.most is not None:
            return f"a whole number from {self.least} to {self.most}"
        return f"a whole number from {self.least} on"


class Number(Struct, frozen=True):
    """A number from `low` to `high`; `open_low` and `open_high` exclude the limit itself."""

    low: float = 0
    high: float | None = 1
    open_low: bool = False
    open_high: bool = False

    def spelled(self, text: str) -> str | None:
        """As it was written."""
        number = _number(text)
        return text.strip() if number is not None and self._holds(number) else None

    def nearest(self, text: str) -> str | None:
        """The limit that was exceeded, if it is itself allowed."""
        number = _number(text)
        if number is None:
            return None
        end = self.low if self.high is None or number <= self.low else self.high
        return f"{end:g}" if self._holds(end) else None

    def _holds(self, number: float) -> bool:
        above = self.low < number or (number == self.low and not self.open_low)
        below = self.high is None or number < self.high or (number == self.high and not self.open_high)
        return above and below

    def __str__(self) -> str:
        first = "(" if self.open_low else "["
        if self.high is None:
            return f"a number in {first}{self.low:g}, ∞)"
        return f"a number in {first}{self.low:g}, {self.high:g}{')' if self.open_high else ']'}"


class OneOf(Struct, frozen=True):
    """One of a few words."""

    words: tuple[str, ...]

    def spelled(self, text: str) -> str | None:
        """The word."""
        return text if text in self.words else None

    def nearest(self, text: str) -> str | None:
        """The nearest number, or the word spelled most alike."""
        number = _number(text)
        if number is not None and all(word.isdigit() for word in self.words):
            return min(self.words, key=lambda word: abs(int(word) - number))
        return nearest(text, self.words, alike=0.5) or None

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


class Switch(Struct, frozen=True):
    """On or off, in the algorithm's spelling."""

    off: str
    on: str

    def spelled(self, text: str) -> str | None:
        """The algorithm's spelling of true, True, 1 and the like."""
        return {"true": self.on, "1": self.on, "false": self.off, "0": self.off}.get(text.lower())

    def nearest(self, _: str, /) -> str | None:
        """There is no nearest value."""
        return None

    def __str__(self) -> str:
        return f"{self.off} or {self.on}"


class Text(Struct, frozen=True):
    """A text that matches a pattern; `words` describe it."""

    pattern: str
    words: str

    def spelled(self, text: str) -> str | None:
        """As it was written."""
        return text if re.fullmatch(self.pattern, text) else None

    def nearest(self, _: str, /) -> str | None:
        """There is no nearest text."""
        return None

    def __str__(self) -> str:
        return self.words


class Expression(Struct, frozen=True):
    """A regular expression."""

    def spelled(self, text: str) -> str | None:
        """As it was written."""
        return None if invalid_pattern_reason(text) else text

    def nearest(self, _: str, /) -> str | None:
        """There is no nearest expression."""
        return None

    def __str__(self) -> str:
        return "a regular expression"


EPOCHS = Text(r"\s*[1-9][0-9]{0,8}\s*(,\s*[1-9][0-9]{0,8}\s*)*", 'epochs such as "10,20"')


class Hyperparameter(Struct, frozen=True):
    """A row of an algorithm's table.

    Attributes:
        default: the algorithm's default; "" when it has none.
        derived: determined by the dataset, never by the settings.
    """

    name: str
    form: Form
    default: str = ""
    derived: bool = False

    def fault(self, text: str) -> str | None:
        """Why a value is not allowed, with the nearest one that is; None when it is allowed."""
        if self.form.spelled(text) is not None:
            return None
        nearest = self.form.nearest(text) or self.default
        possible = f"; the nearest possible is {nearest}" if nearest else ""
        return f'{self.name} is "{text[:_SHOWN]}", and takes {self.form}{possible}'


def _number(text: str) -> float | None:
    """A finite number in decimal or scientific notation; None for any other text."""
    if not re.fullmatch(r"\s*[+-]?([0-9]{1,18}\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*", text):
        return None
    number = float(text)
    return number if abs(number) != float("inf") else None
