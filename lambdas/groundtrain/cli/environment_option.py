"""Which environment a command is for: by its name, or by its settings file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from groundtrain.cli.completion import environments
from groundtrain.errors import SettingsError

_ENVIRONMENTS = Path("environments")
_ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{1,11}")

ENVIRONMENT_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--env",
        shell_complete=environments,
        metavar="NAME",
        help="The environment, whose settings are environments/NAME.toml.",
    ),
    click.option(
        "--settings", type=click.Path(path_type=Path), help="Its settings file, where that lies elsewhere."
    ),
)


def settings_of(env: str | None, settings: Path | None) -> Path:
    """The settings file of the environment that is named in one of the two ways.

    Raises:
        SettingsError: there is no such file.
    """
    if (env is None) == (settings is None):
        raise click.UsageError("say which environment: --env NAME, or --settings FILE")
    if settings is not None:
        return settings
    if not _ENVIRONMENT.fullmatch(env or ""):
        raise click.UsageError(f'--env: no environment can be named "{env}"')
    path = _ENVIRONMENTS / f"{env}.toml"
    if not path.exists():
        raise SettingsError(
            f"{path}: there is no such file",
            fix="run this where the environments are, or name the settings file: --settings FILE",
        )
    return path
