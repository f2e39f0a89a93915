"""Options that say how a manifest becomes a dataset, as settings files do."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from os.path import commonprefix
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from msgspec.structs import asdict, replace

from groundtrain.environments import load_environment
from groundtrain.manifest.rules import RULES
from groundtrain.settings.dataset import DatasetSettings
from groundtrain.settings.environment import Environment

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _read_codes(_: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip() for text in texts for code in text.split(",") if code.strip())
    for code in codes:
        if not re.fullmatch(r"GT[0-9]{0,3}", code) or not any(known.startswith(code) for known in RULES):
            raise click.BadParameter(no_such_rule(code), param=parameter)
    return codes


def no_such_rule(wanted: str) -> str:
    """A sentence that names the rule which is spelt most alike, by code or by name."""
    spellings = {spelling: rule for rule in RULES.values() for spelling in (rule.code, rule.name)}
    written = wanted if wanted.islower() else wanted.upper()

    def likeness(spelling: str) -> tuple[float, int]:
        return SequenceMatcher(None, written, spelling).ratio(), len(commonprefix([written, spelling]))  # noqa: RUF071  no paths

    nearest = spellings[max(spellings, key=likeness)]
    return f"there is no rule {wanted}; the nearest is {nearest.code} ({nearest.name})"


def _read_pattern(_: click.Context, parameter: click.Parameter, pattern: str | None) -> str | None:
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise click.BadParameter(f"not a regular expression ({error})", param=parameter) from error
    return pattern


label_option = click.option("--label", help="Label attribute; needed when there are several.")
select_option = click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    callback=_read_codes,
    help="Rules that count, such as GT2; those no training can do without always do.  [default: GT, all]",
)
ignore_option = click.option(
    "--ignore", metavar="CODES", multiple=True, callback=_read_codes, help="Rules that don't count."
)
fix_option = click.option(
    "--fix",
    metavar="[CODES]",
    multiple=True,
    is_flag=False,
    flag_value="GT",
    callback=_read_codes,
    help="Mend what can be mended safely, or only these rules; write it behind the manifest.",
)
settings_option = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    help="Settings file such as environments/dev.toml; the other options go before it.",
)

_OPTIONS = (
    label_option,
    click.option(
        "--validation",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        help="Share of the records held back for validation.  [default: 0.1]",
    ),
    click.option(
        "--group-by",
        metavar="REGEX",
        callback=_read_pattern,
        help="Records whose source-ref matches alike stay on one side of the split.",
    ),
    click.option(
        "--fix", metavar="CODES", multiple=True, callback=_read_codes, help="Rules to mend, such as GT204."
    ),
    ignore_option,
    settings_option,
)


def dataset_options(command: _Command) -> _Command:
    """Add the options to a command; it hands what it gets to `environment_of`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def environment_of(settings: Path | None, **options: Any) -> Environment:
    """The settings file, or the defaults, with the options that were given in place of what it says.

    Raises:
        SettingsError: the settings file cannot be used.
    """
    environment = load_environment(settings) if settings else Environment(name="local", region="")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    return replace(environment, dataset=msgspec.convert(asdict(environment.dataset) | given, DatasetSettings))
