"""Settings that `check` finds in the current directory or above it; what the command line says wins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from groundtrain.rules.advice import Audience
from groundtrain.settings.project_file import ProjectFile, project_file_above

no_settings_option = click.option(
    "--no-settings", is_flag=True, help="Look for no groundtrain.toml or pyproject.toml."
)


def found_project_file(settings: Path | None, *, no_settings: bool) -> ProjectFile | None:
    """The file that counts: none where an option says so, or names another.

    Raises:
        SettingsError: it cannot be used.
    """
    if no_settings and settings:
        raise click.UsageError("--no-settings and --settings contradict each other: leave one of them out")
    if no_settings or settings:
        return None
    try:
        here = Path.cwd()
    except OSError:  # the directory was removed
        return None
    return project_file_above(here)


def with_project_file(options: Mapping[str, Any], project: ProjectFile | None) -> dict[str, Any]:
    """The options, with what the file says where the command line says nothing."""
    values = project.values if project else {}
    return {**options, **{key: value for key, value in values.items() if options.get(key) in (None, ())}}


def with_places(audience: Audience, project: ProjectFile | None) -> Audience:
    """Who reads what is printed, where the file is in use: its keys are set there."""
    if project is None:
        return audience
    return replace(audience, options={**audience.options, "split": f'split = "{{}}" in {project.place}'})
