"""Options of convert that write down what is to be labeled again, and what is said of it."""

from collections.abc import Iterator
from typing import get_args

import click

from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.completion import codes
from groundtrain.cli.dataset_options import codes_for
from groundtrain.cli.file_options import output_path
from groundtrain.quantities import quantity
from groundtrain.relabeling.relabel import Relabeled, RelabelFormat
from groundtrain.rules import RULES

_OPTIONS = (
    click.option(
        "--relabel",
        type=output_path,
        metavar="FILE",
        help="Write what was not labeled, or failed, to be labeled again: an input manifest of Ground Truth,"
        " or tasks for Label Studio where the name ends in .json.",
    ),
    click.option(
        "--relabel-rules",
        metavar="CODES",
        multiple=True,
        callback=codes_for("relabel"),
        shell_complete=codes,
        help="Further rules whose rejected lines are written, such as GT3 or GT418.",
    ),
    click.option(
        "--relabel-format",
        type=click.Choice(get_args(RelabelFormat)),
        help="What to write, whatever the name ends in.",
    ),
    click.option(
        "--relabel-keep-labels",
        is_flag=True,
        help="Leave labels on the lines of an input manifest, for a job that is chained to them.",
    ),
)


def relabel_options(command: Command) -> Command:
    """Add the options to a command, which hands them to `groundtrain.calls.convert`."""
    return add_options(command, _OPTIONS)


def told(relabeled: Relabeled) -> Iterator[str]:
    """What was written, and what was not, in words."""
    kind = "an input manifest" if relabeled.format == "input-manifest" else "tasks for Label Studio"
    records, why = quantity(relabeled.records, "record"), _by_rule(relabeled.reasons)
    yield f"{relabeled.output}: {kind} of {records} to label again" + (f": {why}" if why else "")
    for count, what in (
        (relabeled.labeled_elsewhere, "with a label on another line"),
        (relabeled.repeated, "there already, from an earlier line"),
        (
            relabeled.labeled_under_another_name,
            "with a label under another name, which groundtrain merge takes",
        ),
        (relabeled.without_source, "without a source that can be labeled"),
    ):
        if count:
            yield f"  not in it: {quantity(count, 'line')} {what}"
    if relabeled.attributes_not_carried:
        yield f"  not in it: {quantity(relabeled.attributes_not_carried, 'attribute')} of the source's name"
    if relabeled.others:
        codes = ",".join(relabeled.others)
        yield f"  not asked for: {_by_rule(relabeled.others)}; --relabel-rules {codes} adds them"


def _by_rule(counts: dict[str, int]) -> str:
    return ", ".join(
        f"{RULES[code].name} ({code}) {count:,}" if code in RULES else f"{code} {count:,}"
        for code, count in counts.items()
    )
