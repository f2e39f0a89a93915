"""The commands of the command line with their options, found by walking the tree that click keeps of them."""

from collections.abc import Iterator

import click

from groundtrain.cli.application import groundtrain

Words = tuple[str, ...]


def commands() -> dict[Words, click.Command]:
    """Every command that does something, by the words that call it, such as ("import", "s3-manifest")."""
    return dict(_leaves(groundtrain, ()))


def _leaves(command: click.Command, words: Words) -> Iterator[tuple[Words, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    with click.Context(command) as context:
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _leaves(child, (*words, name))


def formats(command: click.Command) -> Words:
    """What --format may say; ("",) for a command without that option."""
    for option in command.params:
        if "--format" in option.opts and isinstance(option.type, click.Choice):
            return tuple(option.type.choices)
    return ("",)


def free_parameters(command: click.Command) -> list[click.Parameter]:
    """Arguments and options that take a text of any kind: paths, patterns, names, addresses."""
    return [
        parameter
        for parameter in command.params
        if isinstance(parameter.type, click.Path | type(click.STRING))
        and not getattr(parameter, "is_flag", False)
    ]
