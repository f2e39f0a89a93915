"""groundtrain train: start the training job of a dataset by hand."""

from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click
from msgspec.structs import replace

from groundtrain.cli.datasets import GivenDataset, dataset_argument, opened_dataset
from groundtrain.cli.failures import tell_failure
from groundtrain.cli.options import environment_of, settings_option
from groundtrain.cli.places import RequestedPlace, actual_place, assumed_place, place_options
from groundtrain.cli.printing import example, format_option, print_json, print_line
from groundtrain.cli.readers import reader_here
from groundtrain.cli.training_jobs import (
    NotTrainedError,
    failure_of,
    follow,
    how_to_train_again,
    look_at,
    print_job,
)
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import LAST_ATTEMPT
from groundtrain.gate.gate import decide_gate
from groundtrain.gate.verdict import first_reasons
from groundtrain.settings.environment import Environment
from groundtrain.training.cost import estimates
from groundtrain.training.impossible_settings import find_unknown
from groundtrain.training.plan import plan_for
from groundtrain.training.request import BucketsAndRole, build_request, plan_training

if TYPE_CHECKING:
    from groundtrain.aws.sagemaker.training_jobs import Started

_USUAL_REGION = "us-east-1"


@click.command(epilog=example("groundtrain train dataset --settings environments/dev.toml --dry-run"))
@dataset_argument
@settings_option
@click.option("--label", help="Label attribute of a plain manifest; needed when there are several.")
@place_options
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
    role: str,
    models: str,
    datasets: str,
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
    requested = RequestedPlace(role, models, datasets)
    with opened_dataset(dataset, environment) as given:
        if dry_run:
            _print_request(given, environment, requested, attempt, form)
        if not override_gate and (refusal := _refusal(given, environment)):
            _end_with(refusal, document_is_out=dry_run)
        if not dry_run:
            _train(given, environment, requested, attempt=attempt, via=via, wait=wait, form=form)


def _warn_of_unknown(environment: Environment) -> None:
    for found in find_unknown(environment.training):
        tell_failure(f"warning: {found.path}: {found.message} ({found.code})", found.advice)


def _with_region(environment: Environment) -> Environment:
    """The settings, with the region of the AWS profile if they name none."""
    if environment.region:
        return environment
    from groundtrain.aws.clients import usual_region

    return replace(environment, region=usual_region() or "")


def _refusal(given: GivenDataset, environment: Environment) -> NotTrainedError | None:
    decision = decide_gate(given.dataset, environment)
    if decision.open:
        return None
    reasons = reader_here().worded(first_reasons(decision.reasons))
    return NotTrainedError(
        f"the dataset is not fit to train on: {reasons}".rstrip("."),
        fix="fix that, or train all the same with --override-gate",
    )


def _end_with(failure: NotTrainedError, *, document_is_out: bool) -> NoReturn:
    """Standard output holds one document, so a failure after it is printed to standard error."""
    if not document_is_out:
        raise failure
    tell_failure(failure.message, failure.fix)
    click.get_current_context().exit(failure.exit_code)


def _print_request(
    given: GivenDataset, environment: Environment, requested: RequestedPlace, attempt: int, form: str
) -> None:
    """Print the request without asking AWS; what only the stacks know is in capital letters."""
    buckets, unknown = assumed_place(given, requested)
    if not environment.region:
        environment = replace(environment, region=_USUAL_REGION)
        print_line(
            f"The region is taken to be {_USUAL_REGION}: name another by --settings or AWS_DEFAULT_REGION.",
            to_stderr=True,
        )
    if unknown:
        print_line(f"Names in capital letters stand for what {', '.join(unknown)} would say.", to_stderr=True)
    plan = plan_training(given.dataset, environment)
    request = build_request(plan, given.dataset, buckets, attempt=attempt)
    print_json(request, indent=0 if form == "json" else 2)
    _tell_cost(given, environment)


def _tell_cost(given: GivenDataset, environment: Environment) -> None:
    for estimate in estimates(plan_for(environment, given.dataset.type)):
        print_line(f"It costs {estimate}.", to_stderr=True)


def _train(
    given: GivenDataset,
    environment: Environment,
    requested: RequestedPlace,
    *,
    attempt: int,
    via: str,
    wait: bool,
    form: str,
) -> None:
    from groundtrain.aws.service_errors import refusals_explained

    _refuse_other_region(environment)
    with refusals_explained("training"):
        buckets = actual_place(given, requested, environment)
        _upload(given, buckets)
        started = _start(given, environment, buckets, attempt, via)
        job = follow(started, form) if wait else look_at(started)
        print_job(started, str(buckets.dataset_folder), job, form)
        if job and (failure := failure_of(job, attempt)):
            _end_with(failure, document_is_out=True)


def _refuse_other_region(environment: Environment) -> None:
    """Refuse an AWS profile of another region: images, manifests, job and stacks must share one."""
    from groundtrain.aws.clients import usual_region

    region = usual_region()
    if region != environment.region or not region:
        raise GroundtrainError(
            f"the settings are for region {environment.region or 'none'},"
            f" your AWS profile for {region or 'none'}",
            fix=f"set AWS_DEFAULT_REGION={environment.region or '...'}",
        )


def _upload(given: GivenDataset, buckets: BucketsAndRole) -> None:
    """Upload a local dataset, unless it is in S3 already.

    Raises:
        NotTrainedError: another dataset is there, made from the same manifest by another version.
    """
    if given.directory is None:
        return
    from groundtrain.aws.clients import connect
    from groundtrain.aws.dataset_store import commit, read_dataset, upload_files
    from groundtrain.aws.s3 import MissingObjectError
    from groundtrain.aws.service_errors import refusals_explained

    s3, folder = connect().s3, buckets.dataset_folder
    try:
        there = read_dataset(s3, folder)
    except MissingObjectError:
        with refusals_explained(f"--datasets s3://{folder.bucket}"):
            upload_files(s3, given.directory, folder)
            commit(s3, given.dataset, folder)
        return
    if (there.train, there.validation) != (given.dataset.train, given.dataset.validation):
        raise NotTrainedError(
            f"{folder} holds another dataset made from this manifest",
            fix="train on that one by its address, or delete it",
        )


def _start(
    given: GivenDataset, environment: Environment, buckets: BucketsAndRole, attempt: int, via: str
) -> "Started":
    from groundtrain.aws.clients import connect
    from groundtrain.aws.sagemaker.training_jobs import NameTakenError, RefusedError
    from groundtrain.pipeline import launch
    from groundtrain.training.sdk import train_with_sdk

    aws = connect()
    _tell_cost(given, environment)
    dataset = replace(given.dataset, gate=decide_gate(given.dataset, environment))
    ready = launch.prepare(dataset, environment, buckets, aws, attempt=attempt)
    by_sdk: launch.Create = lambda request: train_with_sdk(request, aws.session)  # noqa: E731
    try:
        return launch.launch_now(ready, environment, aws, by_sdk if via == "sdk" else None)
    except NotReadyError as error:
        raise NotTrainedError(str(error), fix="try again later, or name other instance types") from error
    except NameTakenError as error:
        raise NotTrainedError(error.message, fix=how_to_train_again(attempt)) from error
    except RefusedError as error:
        raise GroundtrainError(
            error.message, fix="correct what it names: --role, --models, or [training] of the settings"
        ) from error
