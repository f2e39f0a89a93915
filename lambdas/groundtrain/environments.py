"""Read and write environments: TOML files for people, JSON for the functions."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.training import read_duration
from groundtrain.training.possible import refuse_impossible


def load_environment(path: Path) -> Environment:
    """Read one settings file; the environment is named after the file.

    Raises:
        SettingsError: the file is not TOML, or a key, type or value is wrong; names file, key and reason.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    return _decode({"name": path.stem, **tables}, str(path))


def parse_environment(text: str | bytes) -> Environment:
    """Read an environment from the JSON that `dump_environment` writes."""
    return _decode(msgspec.json.decode(text), "settings")


def dump_environment(environment: Environment) -> str:
    """Write an environment as JSON, for the functions' own environment variables."""
    return msgspec.json.encode(environment, enc_hook=str, order="sorted").decode()


def _decode(tables: Any, where: str) -> Environment:
    try:
        environment = msgspec.convert(tables, Environment, dec_hook=read_duration)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {_reason(str(error))}") from error
    _refuse_impossible(environment, where)
    return environment


def _reason(text: str) -> str:
    """`Expected X - at `$.a.b`` becomes `a.b: expected X`."""
    match = re.fullmatch(r"(?s)(.*) - at `\$\.?(.*?)`", text)
    reason, key = (match[1], match[2]) if match else (text, "")
    reason = reason[:1].lower() + reason[1:]
    return f"{key}: {reason}" if key else reason


def _refuse_impossible(environment: Environment, where: str) -> None:
    refuse_impossible(environment.training, where)
    sweep = environment.sweep
    if not (environment.labeling.buckets or environment.labeling.create_bucket):
        raise SettingsError(
            f"{where}: labeling.buckets: no bucket to read images and labels from",
            fix="name one, or set create_bucket = true",
        )
    if sweep.every % 60:
        raise SettingsError(
            f"{where}: sweep.every: schedules know no seconds, got {sweep.every}", fix="write whole minutes"
        )
    if sweep.look_back <= 2 * sweep.every + sweep.grace:
        raise SettingsError(
            f"{where}: sweep.look_back: {sweep.look_back} is not longer than twice sweep.every {sweep.every}"
            f" and sweep.grace {sweep.grace} together, so that jobs are missed when a sweep fails or is late",
            fix="raise look_back",
        )
    if environment.dataset.group_by is not None:
        try:
            re.compile(environment.dataset.group_by)
        except re.error as error:
            raise SettingsError(f"{where}: dataset.group_by: not a regular expression ({error})") from error
