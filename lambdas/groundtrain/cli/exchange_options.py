"""Options of the commands that import and export, and what these commands say at the end."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from groundtrain.cli.command_options import Command
from groundtrain.cli.printing import print_line, print_lines
from groundtrain.dates import parse_date
from groundtrain.errors import GroundtrainError
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.formats.format import FormatOption
from groundtrain.formats.losses import Losses
from groundtrain.input_files import fix_for, other_kind
from groundtrain.manifest.classes.class_spellings import renames_among
from groundtrain.output.proposed_names import proposed_names_text
from groundtrain.quantities import first_few

_SHOWN = 5


def read_date(_: click.Context, parameter: click.Parameter, text: str | None) -> datetime:
    """A date that an option gives, or now."""
    moment = parse_date(text) if text else datetime.now(UTC)
    if moment is None:
        raise click.BadParameter("not a date such as 2026-02-03T09:00:00", param=parameter)
    return moment


def source_path(text: str) -> Path:
    """The path of labels to read: a file or a folder of this machine.

    Raises:
        GroundtrainError: it is an address, or nothing that could be read whole.
    """
    path = Path(text)
    if text == "-" or ("://" in text and not path.exists()):
        copy = "copy it with aws s3 cp --recursive, and name the copy" if text != "-" else "name a file"
        raise GroundtrainError(f"{text} is no file or folder of this machine", fix=copy)
    try:
        kind = other_kind(path)
        is_there = path.exists()
    except OSError as error:
        raise GroundtrainError(f"{text}: {error.strerror}", fix=fix_for(error)) from error
    if kind not in ("", "a folder"):
        raise GroundtrainError(f"{text} is {kind}, and no file or folder", fix="name a file or a folder")
    if not is_there:
        raise GroundtrainError(f"{text}: there is no such file", fix="check the path")
    return path


def with_options(command: Command, options: tuple[FormatOption, ...]) -> Command:
    """Add a format's own options to a command."""
    for option in reversed(options):
        kind: dict[str, Any] = {"is_flag": True}
        if option.choices:
            kind = {"type": click.Choice(option.choices), "default": option.choices[0], "show_default": True}
        elif option.metavar:
            kind = {"metavar": option.metavar, "default": ""}
        command = click.option(option.name, option.key, help=option.help, **kind)(command)
    return command


def losses_document(losses: Losses) -> dict[str, object]:
    """What is not carried, for JSON."""
    return {
        "lost_labels": msgspec.to_builtins(losses.labels),
        "not_carried": msgspec.to_builtins(losses.details),
        "oddities": msgspec.to_builtins(losses.oddities),
    }


def print_similar_names(similar: Collection[Sequence[str]]) -> None:
    """Print on standard error which classes may be one in several spellings, and how to say so."""
    for names in similar:
        quoted = " and ".join(f'"{name}"' for name in names)
        print_line(f"Classes that differ in spelling only, and stay {len(names)}: {quoted}", to_stderr=True)
    print_lines(proposed_names_text(renames_among(similar)), to_stderr=True)


def print_losses(losses: Losses) -> None:
    """Print what is not carried, on standard error."""
    _print_kind("Labels left out or changed", losses.labels)
    _print_kind("Beside the labels, not carried", losses.details)
    _print_kind("Carried as it is", losses.oddities)


def _print_kind(title: str, counts: Mapping[str, CountedExamples]) -> None:
    if counts:
        print_line(f"{title}:", to_stderr=True)
    for what, counted in counts.items():
        examples = first_few(counted.examples[:_SHOWN], _SHOWN)
        more = counted.count - len(counted.examples[:_SHOWN])
        further = f" and {more:,} more" if more > 0 else ""
        print_line(f"  {what}: {counted.count:,}, {examples}{further}", to_stderr=True)
