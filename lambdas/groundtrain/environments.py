"""Read and write environments: TOML files for people, JSON for the functions."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from groundtrain.closest_spelling import nearest
from groundtrain.errors import SettingsError
from groundtrain.input_files import read_whole
from groundtrain.rules.selection import invalid_code_reason
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import MOST_TAGS, NAME, Environment, Name
from groundtrain.settings.mistakes import mistake_in_words
from groundtrain.settings.regular_expressions import invalid_pattern_reason
from groundtrain.settings.training_settings import read_duration
from groundtrain.training.image_registries import REGISTRIES
from groundtrain.training.impossible_settings import refuse_impossible

_LARGEST = 1 << 20  # bytes
_NAME_ONE = "name a settings file, such as environments/dev.toml"


def load_environment(path: Path) -> Environment:
    """Read one settings file; the environment is named after the file.

    Raises:
        SettingsError: the file is not TOML, or a key, type or value is wrong; names file, key and reason.
    """
    text = read_whole(path, _LARGEST, _NAME_ONE)
    try:
        tables = tomllib.loads(text.decode())
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not TOML: {error}", fix="see environments/dev.toml") from error
    if "name" not in tables:
        _refuse_name(path)
    return _decode({"name": path.stem, **tables}, str(path))


def _refuse_name(path: Path) -> None:
    try:
        msgspec.convert(path.stem, Name)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f'{path}: an environment is named after its file, and "{path.stem}" is not {NAME}',
            fix="rename the file",
        ) from error


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
        sentence, fix = mistake_in_words(str(error), Environment, tables)
        raise SettingsError(f"{where}: {sentence}", fix=fix) from error
    _refuse_impossible(environment, where)
    return environment


def _refuse_impossible(environment: Environment, where: str) -> None:
    refuse_impossible(environment.training, where)
    _refuse_codes(environment.dataset, where)
    _refuse_half_verification(environment.dataset, where)
    _refuse_repeated(environment, where)
    _refuse_region_without_images(environment, where)
    _refuse_tags(environment, where)
    sweep = environment.sweep
    if not (environment.labeling.buckets or environment.labeling.create_bucket):
        raise SettingsError(
            f"{where}: labeling.buckets: no bucket to read images and labels from",
            fix="name one, or set create_bucket = true",
        )
    if sweep.every % 60:
        raise SettingsError(
            f"{where}: sweep.every: schedules have a resolution of one minute, got {sweep.every} seconds",
            fix="write whole minutes",
        )
    if sweep.look_back <= 2 * sweep.every + sweep.grace:
        raise SettingsError(
            f"{where}: sweep.look_back: {sweep.look_back} is not longer than twice sweep.every {sweep.every}"
            f" and sweep.grace {sweep.grace} together, so that jobs are missed when a sweep fails or is late",
            fix="raise look_back",
        )
    if objection := invalid_pattern_reason(environment.dataset.group_by or ""):
        raise SettingsError(
            f"{where}: dataset.group_by: {objection}", fix='write a shorter one, such as "(clip-[0-9]+)/"'
        )


def _refuse_half_verification(dataset: DatasetSettings, where: str) -> None:
    if dataset.verified_by is not None and not dataset.accepted:
        raise SettingsError(
            f"{where}: dataset.verified_by: no class of {dataset.verified_by} is said to keep a record",
            fix='name them, such as accepted = ["good"]',
        )
    if dataset.accepted and dataset.verified_by is None:
        raise SettingsError(
            f"{where}: dataset.accepted: no label attribute is named whose classes these are",
            fix="name the one that verifies the labels: verified_by",
        )


def _refuse_repeated(environment: Environment, where: str) -> None:
    lists = {
        "notifications.emails": environment.notifications.emails,
        "labeling.buckets": environment.labeling.buckets,
        "training.instance_types": environment.training.instance_types,
    }
    for key, values in lists.items():
        for value in values:
            if values.count(value) > 1:
                raise SettingsError(f"{where}: {key}: {value} is there twice", fix="name it once")


def _refuse_region_without_images(environment: Environment, where: str) -> None:
    """The built-in algorithms are not in every region; an image of one's own may be."""
    needs_images = environment.training.algorithm != "own-image"
    if environment.region and needs_images and environment.region not in REGISTRIES:
        meant = nearest(environment.region, REGISTRIES)
        raise SettingsError(
            f"{where}: region: {environment.region} has no images of SageMaker's algorithms",
            fix=f"{f'the nearest is {meant}; or' if meant else 'name another, or'} set training.algorithm"
            ' = "own-image"',
        )


def _refuse_tags(environment: Environment, where: str) -> None:
    """Roles have no two keys that differ in case only (IAM User Guide, "Tags for IAM resources")."""
    seen: dict[str, str] = {}
    for key in environment.tags:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            raise SettingsError(f"{where}: tags: {other} and {key} differ in case only", fix="keep one")
    number = len({**environment.tags, **environment.training.tags})
    if number > MOST_TAGS:
        raise SettingsError(
            f"{where}: tags: with training.tags a training job would have {number}, and"
            f" {MOST_TAGS} are possible",
            fix="name fewer",
        )


def _refuse_codes(dataset: DatasetSettings, where: str) -> None:
    for use in ("select", "ignore", "fix"):
        for code in getattr(dataset, use):
            if objection := invalid_code_reason(code, use):
                raise SettingsError(
                    f"{where}: dataset.{use}: {objection}", fix="groundtrain rule lists all codes"
                )
