"""groundtrain train: start the training job of a dataset by hand."""

from contextlib import ExitStack
from typing import Any, Literal

import click
from msgspec.structs import replace

from groundtrain.calls.datasets import opened_dataset
from groundtrain.calls.settings import environment_of
from groundtrain.calls.training_request import BucketsAndRoleOptions, gate_refusal
from groundtrain.cli.commands.train.buckets_and_role import buckets_and_role_options
from groundtrain.cli.commands.train.dry_run import print_request
from groundtrain.cli.commands.train.job_report import end_with
from groundtrain.cli.dataset_options import settings_option
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.manifest_argument import dataset_argument
from groundtrain.cli.printing import example, format_option
from groundtrain.cli.progress_bar import working
from groundtrain.events.dataset_announcement import LAST_ATTEMPT
from groundtrain.settings.environment import Environment
from groundtrain.training.plan_checks import find_unknown_instance_types


@click.command(epilog=example("groundtrain train dataset --settings environments/dev.toml --dry-run"))
@dataset_argument
@settings_option
@click.option("--label", help="Label attribute of a plain manifest; needed when there are several.")
@buckets_and_role_options
@click.option(
    "--attempt", type=click.IntRange(0, LAST_ATTEMPT), default=0, help="Train the same again: 1, 2 ..."
)
@click.option("--override-gate", is_flag=True, help="Train although the gate is closed.")
@click.option("--dry-run", is_flag=True, help="Print the CreateTrainingJob request as JSON; start nothing.")
@click.option(
    "--via",
    type=click.Choice(["boto3", "sdk"]),
    default="boto3",
    show_default=True,
    help="What sends the request: boto3, or the SageMaker Python SDK's trainer.",
)
@click.option("--wait", is_flag=True, help="Show the job's states and metrics until it has ended.")
@format_option
def train(
    dataset: str,
    buckets: BucketsAndRoleOptions,
    attempt: int,
    override_gate: bool,
    dry_run: bool,
    via: Literal["boto3", "sdk"],
    wait: bool,
    form: str,
    **options: Any,
) -> None:
    """Start the training job of DATASET: a dataset's directory, its s3:// address, or a plain manifest.

    A plain manifest is converted first, and what is local is uploaded. Nothing is trained twice: the same
    dataset under the same settings is one job. The exit code is 1 when the data is not fit to train on, when
    no instance was available, or when the job failed, now or when it had been started before.
    """
    environment = _with_region(environment_of(**options))
    _warn_of_unknown(environment)
    with ExitStack() as stack:
        with working(f"Reading {dataset}"):
            located = stack.enter_context(opened_dataset(dataset, environment))
        if dry_run:
            print_request(located, environment, buckets, attempt, form)
        if not override_gate and (refusal := gate_refusal(located, environment, "train")):
            end_with(refusal, document_is_out=dry_run)
        if dry_run:
            return
        from groundtrain.cli.commands.train.start_job import start_job  # boto3 takes a second to load

        start_job(located, environment, buckets, attempt=attempt, via=via, wait=wait, form=form)


def _with_region(environment: Environment) -> Environment:
    """The settings, with the region of the AWS profile if they name none."""
    if environment.region:
        return environment
    from groundtrain.aws.clients import usual_region  # boto3 takes a second to load

    return replace(environment, region=usual_region() or "")


def _warn_of_unknown(environment: Environment) -> None:
    for found in find_unknown_instance_types(environment.training):
        tell_failure(f"warning: {found.path}: {found.message} ({found.code})", found.advice)
