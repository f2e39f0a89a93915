"""Advice in words of the function that was called: keyword arguments where a command line has options."""

import json
import tomllib
from typing import Any

from groundtrain.rules.advice import Audience
from groundtrain.shell_commands import shell_words

_KEYWORDS = {"--for": "purpose"}  # a word of Python itself
SEVERAL, SWITCH = "several", "switch"


class PythonCall(Audience, frozen=True, kw_only=True):
    """Reads what a function of the Python interface says.

    Attributes:
        options: its keyword arguments: "several" where one takes a list, "switch" where it is true or false,
            else "".
        fix: how a rule is fixed, with {} for its code.
    """

    fix: str = 'fix=["{}"]'

    def typed(self, words: str) -> str:
        """Options as keyword arguments; those that the function does not have stay as they are."""
        try:
            given = _by_option(shell_words(words))
        except ValueError:
            return words
        names = {_KEYWORDS.get(option, option[2:].replace("-", "_")): values for option, values in given}
        if not names.keys() <= self.options.keys():
            return words
        return ", ".join(self._argument(name, values) for name, values in names.items())

    def _argument(self, name: str, values: list[str]) -> str:
        kind = self.options[name]
        if not values:
            return f"{name}=True" if kind == SWITCH else f"{name}="
        texts = [one if one.isupper() or one.isdecimal() else _literal(one) for one in values]
        return f"{name}=[{', '.join(texts)}]" if kind == SEVERAL else f"{name}={texts[-1]}"

    def chosen(self, name: str, value: str | None) -> str | None:
        """A setting as a keyword argument; `value` is in TOML."""
        if name not in self.options:
            return None
        if value is None:
            return f"{name}="
        try:
            read = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            return f"{name}={value}"
        return f"{name}={_literal(read)}"

    def fixed(self, code: str) -> str | None:
        """The automatic fix of a rule as keyword arguments."""
        return self.fix.format(code) if "fix" in self.options else None

    @property
    def settings_file(self) -> str:
        """What the settings file is called."""
        return self.settings or f"a settings file{' (settings=)' if 'settings' in self.options else ''}"


def _by_option(words: list[str]) -> list[tuple[str, list[str]]]:
    """Values by option; one that is there several times has all of them."""
    given: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            last = given.setdefault(word, [])
        else:
            last.append(word)
    return [*given.items()]


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
