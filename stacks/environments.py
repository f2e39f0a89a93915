"""The settings files that are deployed: one by its name, or all of a folder."""

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.settings_checks import training_mistakes

FOLDER = Path(__file__).parents[1] / "environments"


def environment_named(name: str) -> Environment:
    """The environment of this name.

    Raises:
        SettingsError: there is no such file, or it cannot work.
    """
    names = sorted(file.stem for file in FOLDER.glob("*.toml"))
    if name not in names:
        raise SettingsError(f'there is no environment "{name}"', fix=f"say ENV={' or ENV='.join(names)}")
    return load_environment(FOLDER / f"{name}.toml", training_mistakes)


def load_environments(folder: Path) -> list[Environment]:
    """Read every `*.toml` of a folder, in the order of their names.

    Raises:
        SettingsError: there is none, one of them cannot work, or two cannot be told apart.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SettingsError(f"{folder}: no environment there", fix="add a file such as dev.toml")
    environments = [load_environment(file, training_mistakes) for file in files]
    _refuse_look_alikes(environments)
    return environments


def _refuse_look_alikes(environments: Iterable[Environment]) -> None:
    """Refuse prefixes that overlap: rules, grants and limits identify training jobs by name prefix."""
    for one, other in permutations(environments, 2):
        if environment_prefix(other).startswith(environment_prefix(one)):
            raise SettingsError(
                f"{other.name}: training.job_name_prefix: names of its training jobs begin like those of"
                f" {one.name} ({environment_prefix(one)})",
                fix="give them other prefixes",
            )
