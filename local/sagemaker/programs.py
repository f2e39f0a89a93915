"""Programs that train in place of images: `IMAGE=COMMAND`, since no image can be run here."""

import shlex
from collections.abc import Iterable, Mapping

from groundtrain.errors import GroundtrainError

Command = tuple[str, ...]
"""A program with its arguments; in a mapping, by the TrainingImage of a request."""


def parse_programs(given: Iterable[str]) -> dict[str, Command]:
    """The programs of `IMAGE=COMMAND`, each command with its arguments as a shell splits them.

    Raises:
        GroundtrainError: one is not of this form.
    """
    programs = {}
    for text in given:
        image, _, command = text.partition("=")
        try:
            parts = tuple(shlex.split(command))
        except ValueError:  # a quotation mark without its second
            parts = ()
        if not image or not parts:
            raise GroundtrainError(
                f"--program {text} is not IMAGE=COMMAND", fix="write --program 'IMAGE=python train.py'"
            )
        programs[image] = parts
    return programs


def as_options(programs: Mapping[str, Command]) -> list[str]:
    """The options that `parse_programs` reads."""
    texts = (f"{image}={shlex.join(command)}" for image, command in programs.items())
    return [part for text in texts for part in ("--program", text)]
