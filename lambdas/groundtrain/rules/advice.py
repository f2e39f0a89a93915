"""Advice in words of where it is read.

Rules and findings name a setting as `table.key`, or with a value as `table.key = value`, between backticks,
and an automatic fix as (fix GT204). Other options of a call stand between backticks as on a command line;
`option_words` makes such words. A reader of the terminal types options, or edits a settings file if one is
in use; a reader of a message edits the settings of the environment.
"""

import re
import tomllib
from collections.abc import Mapping

from msgspec import Struct

from groundtrain.shell_commands import shell_argument

_SETTING = re.compile(r"(?:\bset )?`([a-z_]+(?:\.[a-z]+)?)\.([a-z_]+)(?: = ([^`]+))?`")
_OPTIONS_BY_SETTING = {
    ("dataset.classes", "rename"): "rename_class",
    ("dataset.classes", "drop"): "drop_class",
    ("dataset.classes", "emptied_records"): "emptied_records",
}
_FIX = re.compile(r"\(fix (GT[0-9]{3})\)")


_TYPED = re.compile(r"`(--[a-z][^`]*)`")


def option_words(*options: tuple[str, object]) -> str:
    """Options with their values between backticks, for `Audience.worded`: "`--take a --take b`"."""
    words = " ".join(f"{name} {shell_argument(str(value))}" for name, value in options)
    return words if "`" in words else f"`{words}`"


class Audience(Struct, frozen=True):
    """Who reads advice, and what they can do about it.

    Attributes:
        settings: the settings in use, such as "dev.toml"; "" when there are none.
        takes_settings: whether the command has the option --settings.
        options: options of the command by key of the table [dataset], with {} for the value, such as
            "--split {}".
    """

    settings: str = ""
    takes_settings: bool = True
    options: Mapping[str, str] = {}

    def worded(self, advice: str) -> str:
        """The advice in words of this audience."""
        advice = _TYPED.sub(lambda words: self.typed(words[1]), advice)
        return _SETTING.sub(self._setting, _FIX.sub(self._fix, advice))

    def typed(self, words: str) -> str:
        """Options as this audience writes them; `words` are as on a command line."""
        return words

    def chosen(self, name: str, value: str | None) -> str | None:
        """An option with this value in TOML, or without one, as it is given; None where there is none."""
        option, words = self.options.get(name), [] if value is None else _plain(value)
        if option is None or (value is not None and not words):
            return None
        if value is None:
            return option.partition(" ")[0]
        return " ".join(option.format(shell_argument(one)) for one in words)

    def fixed(self, code: str) -> str | None:
        """The option that applies the automatic fix of a rule; None where there is none."""
        option = self.options.get("fix")
        return None if option is None else option.format(code)

    @property
    def settings_file(self) -> str:
        """What the settings file is called."""
        return self.settings or f"a settings file{' (--settings)' if self.takes_settings else ''}"

    def _setting(self, found: re.Match[str]) -> str:
        table, key, value = found.groups()
        verb = "set " if found[0].startswith("set ") else ""
        name = key if table == "dataset" else _OPTIONS_BY_SETTING.get((table, key), "")
        chosen = self.chosen(name, value)
        if chosen is None:
            return f"{verb}{key}{f' = {value}' if value else ''} in [{table}] of {self.settings_file}"
        return f"{verb if value is None else 'add ' if verb else ''}{chosen}"

    def _fix(self, found: re.Match[str]) -> str:
        fixed = self.fixed(found[1])
        return f"({fixed})" if fixed else f'(fix = ["{found[1]}"] in [dataset] of {self.settings_file})'


DEPLOYED = Audience(settings="the environment's settings")
"""Reads messages of the pipeline."""


def _plain(value: str) -> list[str]:
    """What is typed on a command line for a value: "stratified" without the quotation marks of TOML.

    An option is repeated for each of several values; those of a table are NAME=VALUE. None can be typed where
    a name has an equals sign itself.
    """
    try:
        read = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return [value]
    if isinstance(read, dict):
        pairs = [f"{name}={one}" for name, one in read.items()]
        return pairs if all(pair.count("=") == 1 for pair in pairs) else []
    return [*map(str, read)] if isinstance(read, list) else [str(read)]
