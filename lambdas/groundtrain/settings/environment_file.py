"""Read and write environments: TOML files for people, JSON for the functions."""

import tomllib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from groundtrain.errors import SettingsError
from groundtrain.input_files import read_whole
from groundtrain.settings.environment import NAME, Environment, Name, environment_mistakes
from groundtrain.settings.mistakes import Mistake, explain_invalid_value
from groundtrain.settings.training_settings import read_duration

_LARGEST = 1 << 20  # bytes
_NAME_ONE = "name a settings file, such as environments/dev.toml"
_ADDED = {"labeling": ("jobs", "uploads"), "gate": ("max_image_cost",)}  # keys of tables
_ADDED_TABLES = ("image_checks",)  # they leave their defaults out themselves

Check = Callable[[Environment], Iterator[Mistake]]


def load_environment(path: Path, training_mistakes: Check) -> Environment:
    """Read one settings file; the environment is named after the file.

    Args:
        path: such as environments/dev.toml.
        training_mistakes: the check of what only training knows; it is a floor above.

    Raises:
        SettingsError: the file is not TOML, or a key, type or value is wrong; names file, key and reason.
    """
    text = read_whole(path, _LARGEST, _NAME_ONE)
    try:
        tables = tomllib.loads(text.decode())
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        _refuse(path, Mistake("", f"not TOML: {error}", "see environments/dev.toml"))
    if "name" not in tables:
        for mistake in _name_mistakes(path.stem):
            _refuse(path, mistake)
    return _environment({"name": path.stem, **tables}, path, training_mistakes)


def parse_environment(text: str | bytes, training_mistakes: Check) -> Environment:
    """Read an environment from the JSON that `dump_environment` writes.

    Raises:
        SettingsError: a key, type or value is wrong; names key and reason.
    """
    return _environment(msgspec.json.decode(text), "settings", training_mistakes)


def dump_environment(environment: Environment) -> str:
    """Write an environment as JSON, for the functions' own environment variables.

    Settings that were added later are left out at their defaults, so that a deployed environment that does
    not use them is not deployed again.
    """
    tables = msgspec.to_builtins(environment, enc_hook=str)
    for table, added in _ADDED.items():
        settings = getattr(environment, table)
        usual = type(settings)()
        for name in added:
            if getattr(settings, name) == getattr(usual, name):
                del tables[table][name]
    written = {name: table for name, table in tables.items() if table or name not in _ADDED_TABLES}
    return msgspec.json.encode(written, order="sorted").decode()


def _environment(tables: Any, where: Path | str, training_mistakes: Check) -> Environment:
    try:
        environment = msgspec.convert(tables, Environment, dec_hook=read_duration)
    except msgspec.ValidationError as error:
        _refuse(where, explain_invalid_value(str(error), Environment, tables))
    for mistake in chain(training_mistakes(environment), environment_mistakes(environment)):
        _refuse(where, mistake)
    return environment


def _name_mistakes(stem: str) -> Iterator[Mistake]:
    try:
        msgspec.convert(stem, Name)
    except msgspec.ValidationError:
        seen = f'an environment is named after its file, and "{stem}" is not {NAME}'
        yield Mistake("", seen, "rename the file")


def _refuse(where: Path | str, mistake: Mistake) -> NoReturn:
    raise SettingsError(f"{where}: {mistake}", fix=mistake.fix)
