"""groundtrain rehearse: run a training program on this machine, as SageMaker would."""

from functools import partial
from typing import Any

import click
from msgspec.structs import replace

from groundtrain.calls.rehearse import rehearse as rehearse_program
from groundtrain.cli.audience import current_audience
from groundtrain.cli.commands.rehearse.progress import Progress
from groundtrain.cli.dataset_options import settings_option
from groundtrain.cli.exit_codes import FINDINGS, exit_with
from groundtrain.cli.image_options import image_dir_option
from groundtrain.cli.manifest_argument import dataset_argument
from groundtrain.cli.printing import example, format_option, print_json, print_line, print_lines
from groundtrain.cli.termination import sigterm_as_ctrl_c
from groundtrain.durations import Duration, parse_duration
from groundtrain.output.rehearsal_report import rehearsal_document, rehearsal_text
from groundtrain.rehearsal.run import Rehearsal
from groundtrain.rules.findings import Finding
from groundtrain.shell_commands import shell_command

_COUNT = click.IntRange(min=1)


def _seconds(_: click.Context, parameter: click.Parameter, text: str) -> Duration:
    """A duration; a number alone is one of seconds."""
    try:
        return parse_duration(f"{text}s" if text.isdecimal() else text)
    except ValueError as error:
        raise click.BadParameter(str(error), param=parameter) from error


@click.command(
    epilog=example("groundtrain rehearse dataset --settings dev.toml --image-dir photos -- python train.py"),
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": True},
)
@dataset_argument
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@settings_option
@click.option("--label", help="Label attribute of a plain manifest; needed when there are several.")
@image_dir_option("Directory that holds the images, instead of S3.")
@click.option(
    "--epochs", type=_COUNT, metavar="N", help="End the program when it opens epoch N + 1 of a channel."
)
@click.option("--records", type=_COUNT, metavar="N", help="End each channel's epoch after N records.")
@click.option(
    "--split-records", type=_COUNT, metavar="BYTES", help="Send records in parts of this many bytes."
)
@click.option(
    "--interrupt-after",
    type=_COUNT,
    metavar="N",
    help="Interrupt the job after N epochs as spot does, and start it again with its checkpoints.",
)
@click.option(
    "--timeout",
    default="10m",
    show_default=True,
    metavar="DURATION",
    callback=_seconds,
    help="End the program after so long, such as 90s or 2h.",
)
@click.option(
    "--grace",
    default="2m",
    show_default=True,
    metavar="DURATION",
    callback=_seconds,
    help="Between SIGTERM and SIGKILL where the program is ended; SageMaker's is two minutes.",
)
@click.option("--override-gate", is_flag=True, help="Rehearse although the gate is closed.")
@format_option
def rehearse(
    dataset: str,
    command: tuple[str, ...],
    form: str,
    **options: Any,
) -> None:
    """Run COMMAND on DATASET as SageMaker would run it as a training image, and say what it did.

    DATASET is a dataset's directory, its s3:// address, or a plain manifest. COMMAND gets the request that
    train --dry-run prints: pipes, hyperparameters and folders below /opt/ml; where the system does not let
    them be mounted there, SAGEMAKER_BASE_DIR names the folder in place of /opt/ml. The exit code is 0 when it
    would train, 1 when it would not, 2 when the call is wrong.
    """
    with sigterm_as_ctrl_c(), Progress(dataset) as progress:
        rehearsed = rehearse_program(
            dataset, command, listener=progress, hint=partial(print_line, to_stderr=True), **options
        )
    worded = current_audience().worded
    findings = tuple(replace(one, fix=worded(one.advice)) for one in rehearsed.findings)
    _end(rehearsed.rehearsal, findings, form, shell_command(*command))


def _end(rehearsal: Rehearsal, findings: tuple[Finding, ...], form: str, program: str) -> None:
    if form == "json":
        print_json(rehearsal_document(rehearsal, findings))
    else:
        print_lines(rehearsal_text(rehearsal, findings, program))
    if any(finding.is_error for finding in findings):
        exit_with(FINDINGS)
