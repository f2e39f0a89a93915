"""Who reads what a command prints: which options it has, and which settings file is in use."""

from collections.abc import Sequence

import click

from groundtrain.calls.class_options import CLASS_OPTIONS
from groundtrain.rules.advice import Audience
from groundtrain.settings.dataset_settings import DatasetSettings

_OF_DATASETS = {*DatasetSettings.__struct_fields__, *CLASS_OPTIONS}


def current_audience() -> Audience:
    """Who reads what the command that runs prints."""
    context = click.get_current_context()
    return audience_of(context.command, context.params.get("settings"))


def audience_of(command: click.Command, settings: object = None) -> Audience:
    """Who reads what a command prints, called with this settings file or none."""
    options = {
        str(one.name): f"{one.opts[0]} {{}}" for one in command.params if isinstance(one, click.Option)
    }
    if command.name == "check":
        options["fix"] += " --output FILE"
    return Audience(
        settings=str(settings or ""),
        takes_settings="settings" in options,
        options={key: text for key, text in options.items() if key in _OF_DATASETS},
    )


def settings_named(arguments: Sequence[str]) -> str:
    """The settings file among the arguments of a call; "" when there is none."""
    for argument, following in zip(arguments, (*arguments[1:], ""), strict=True):
        name, _, value = argument.partition("=")
        if name == "--settings":
            return value or following
    return ""
