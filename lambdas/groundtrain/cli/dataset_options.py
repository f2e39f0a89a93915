"""Options that say how a manifest becomes a dataset, as settings files do."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from groundtrain.calls.settings import codes_in
from groundtrain.cli.class_options import class_options
from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.completion import codes
from groundtrain.rules.selection import invalid_code_reason
from groundtrain.settings.regular_expressions import invalid_pattern_reason


def codes_for(use: str) -> Callable[..., tuple[str, ...]]:
    """Reads the codes of an option, in letters of any size; `use` is that of `invalid_code_reason`."""

    def read(_: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
        codes, written = codes_in(texts)
        for code, text in zip(codes, written, strict=True):
            if objection := _no_code(text, parameter) or invalid_code_reason(code, use):
                raise click.BadParameter(objection, param=parameter)
        return codes

    return read


def _no_code(text: str, parameter: click.Parameter) -> str:
    """Why what stands behind an option that takes codes is a manifest; "" when it is none."""
    if "/" not in text and not os.path.exists(text):  # noqa: PTH110  says False to names that cannot be
        return ""
    option = parameter.opts[0]
    if isinstance(getattr(parameter, "flag_value", None), str):
        return f"{text} is no code: put {option} after the manifest, or write {option}=CODES"
    return f"{text} is no code, such as GT204: put the manifest before {option}, or after its codes"


class Share(click.FloatRange):
    """A number between 0 and 1; click lets "nan" pass."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; click's signature."""
        share: float = super().convert(value, param, ctx)
        return share if share == share else self.fail(f"{value} is no number.", param, ctx)


def _read_pattern(_: click.Context, parameter: click.Parameter, pattern: str | None) -> str | None:
    if objection := invalid_pattern_reason(pattern or ""):
        raise click.BadParameter(objection, param=parameter)
    return pattern


label_option = click.option("--label", help="Label attribute; needed when there are several.")
select_option = click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    callback=codes_for("select"),
    shell_complete=codes,
    help="Rules that count, such as GT2; those no training can do without always do.  [default: GT, all]",
)
ignore_option = click.option(
    "--ignore",
    metavar="CODES",
    multiple=True,
    callback=codes_for("ignore"),
    shell_complete=codes,
    help="Rules that don't count.",
)
fix_option = click.option(
    "--fix",
    metavar="[CODES]",
    multiple=True,
    is_flag=False,
    flag_value="GT",
    callback=codes_for("fix"),
    shell_complete=codes,
    help="Apply all safe fixes, or only those of these rules. Place this option after the manifest.",
)
record_key_option = click.option(
    "--record-key",
    metavar="NAME",
    multiple=True,
    help="Attribute that makes a record together with its source, such as a page; may be repeated. source-ref"
    " stands for the source alone.  [default: all that are no labels]",
)
settings_option = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    help="Settings file such as environments/dev.toml; the other options override it.",
)

_OPTIONS = (
    label_option,
    click.option(
        "--validation",
        type=Share(0, 1, min_open=True, max_open=True),
        help="Share of the records held back for validation.  [default: 0.1]",
    ),
    click.option(
        "--test",
        type=Share(0, 1, max_open=True),
        help="Share of the records held back for a test that training never sees.  [default: 0]",
    ),
    click.option(
        "--split",
        type=click.Choice(["stable", "stratified"]),
        help="Keep every image on its side when the dataset grows, or have every class on all sides"
        " wherever possible.  [default: stable]",
    ),
    click.option(
        "--split-attribute",
        metavar="NAME",
        help='Attribute of the lines whose "train", "validation" or "test" overrides everything else.',
    ),
    record_key_option,
    click.option(
        "--verified-by",
        metavar="NAME",
        help="Label attribute that verifies the labels; what it does not accept is left out.",
    ),
    click.option(
        "--accepted",
        metavar="NAME",
        multiple=True,
        help="Class of it that accepts a label; repeat it for several.",
    ),
    click.option(
        "--group-by",
        metavar="REGEX",
        callback=_read_pattern,
        help="Records whose source-ref matches alike stay on one side of the split.",
    ),
    click.option(
        "--group-attribute",
        metavar="NAME",
        help="Records in which this attribute is equal stay on one side of the split.",
    ),
    click.option(
        "--unused-classes",
        type=click.Choice(["keep", "drop"]),
        help="Whether classes that no record shows get an id.  [default: keep]",
    ),
    fix_option,
    ignore_option,
    settings_option,
)


def dataset_options(command: Command) -> Command:
    """Add the options to a command; it hands what it gets to `environment_of`."""
    return add_options(command, (*_OPTIONS[:-3], class_options, *_OPTIONS[-3:]))
