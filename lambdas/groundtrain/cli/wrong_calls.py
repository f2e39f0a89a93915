"""What was probably meant by a call that click refuses."""

import os
from collections.abc import Iterator

import click

from groundtrain.closest_spelling import nearest

_OTHER_WORDS = {
    "check": ("lint", "validate", "verify", "test"),
    "convert": ("split", "build", "make", "dataset", "prepare"),
    "inspect": ("show", "stats", "statistics", "describe", "info", "draw", "view", "count"),
    "merge": ("join", "concat", "combine", "append"),
    "publish": ("upload", "push", "send", "release"),
    "train": ("fit", "start", "run"),
    "rehearse": ("simulate", "try", "rehearsal"),
    "rule": ("explain", "rules", "why"),
    "redrive": ("retry", "resend", "replay", "dlq"),
    "local": ("serve", "emulate", "localstack"),
    "demo": ("example", "tutorial"),
}
_MEANT = {word: command for command, words in _OTHER_WORDS.items() for word in words}


def in_words(error: click.ClickException) -> tuple[str, str]:
    """The message on a wrong call, and its fix: what was probably meant, or where the help is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    fix = f"see {context.command_path} --help" if context else "see groundtrain --help"
    if isinstance(error, click.NoSuchOption) and context:
        return error.message, _option_meant(error.option_name, context) or fix
    if isinstance(error, click.exceptions.NoSuchCommand) and context:
        return error.message, _command_meant(error.command_name, context) or fix
    return error.format_message(), fix


def _command_meant(written: str, context: click.Context) -> str:
    assert isinstance(context.command, click.Group)
    if "/" in written or os.path.exists(written):  # noqa: PTH110  says False to names that cannot be
        return f"name a command first, such as {context.command_path} check {written}"
    names = context.command.list_commands(context)
    meant = nearest(written, names) or _MEANT.get(written.lower(), "")
    if meant in names:
        return f"did you mean {context.command_path} {meant}?"
    return f"there {'are' if names[1:] else 'is only'} {', '.join(names)}" if len(written) < 100 else ""


def _option_meant(written: str, context: click.Context) -> str:
    """The option of this command that is spelled alike; or the form, or command, that it belongs to."""
    path, options = context.command_path, list(_options(context.command))
    if meant := nearest(written, [name for option in options for name in option.opts if not option.hidden]):
        return f"did you mean {meant}? see {path} --help"
    if any(written[2:] in getattr(option.type, "choices", ()) for option in options):
        return f"write --format {written[2:]}"
    others = [name for name, command in _commands(context.find_root()) if written in _names(command)]
    have = f"{', '.join(others[:-1])} and {others[-1]} have" if others[1:] else f"{''.join(others)} has"
    return f"{path} has no such option; groundtrain {have}" if others else ""


def _options(command: click.Command) -> Iterator[click.Option]:
    return (parameter for parameter in command.params if isinstance(parameter, click.Option))


def _names(command: click.Command) -> set[str]:
    return {name for option in _options(command) for name in option.opts}


def _commands(root: click.Context) -> Iterator[tuple[str, click.Command]]:
    assert isinstance(root.command, click.Group)
    for name in root.command.list_commands(root):
        if command := root.command.get_command(root, name):
            yield name, command
