"""Start the training job of a dataset on AWS, and follow it."""

import time

from groundtrain.aws.aws_errors import refusals_explained
from groundtrain.aws.clients import connect, usual_region
from groundtrain.aws.dataset_store import read_dataset, write_dataset
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker import training_jobs
from groundtrain.aws.sagemaker.python_sdk import train_with_sdk
from groundtrain.aws.sagemaker.start_training_job import NameTakenError, RefusedError, Started
from groundtrain.aws.sagemaker.training_jobs import TrainingJob
from groundtrain.aws.stack_outputs import find_deployed
from groundtrain.calls.datasets import LocatedDataset
from groundtrain.calls.training_request import (
    BucketsAndRoleOptions,
    NotTrainedError,
    assumed_buckets_and_role,
)
from groundtrain.cli.commands.train.job_report import (
    end_with,
    failure_of,
    how_to_train_again,
    print_cost,
    print_job,
)
from groundtrain.cli.progress import reporter_for
from groundtrain.cli.progress_bar import working
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.gate.decision import decide_again
from groundtrain.pipeline.start_training_once import Create, prepare, start_once
from groundtrain.s3_addresses import bucket_of
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole


def start_job(
    located: LocatedDataset,
    environment: Environment,
    options: BucketsAndRoleOptions,
    *,
    attempt: int,
    via: str,
    wait: bool,
    form: str,
) -> None:
    """Upload the dataset if it is local, start its job unless it was started before, and print how it goes.

    Raises:
        GroundtrainError: region, stacks or dataset do not fit, or AWS refuses.
        NotTrainedError: no job was started.
    """
    refuse_other_region(environment)
    with refusals_explained("training"):
        buckets = _find_buckets_and_role(located, options, environment)
        _upload(located, buckets)
        print_cost(located.dataset, environment)
        started = _start(located, environment, buckets, attempt, via)
        job = _follow(started, form) if wait else _job_of_before(started)
        print_job(started, str(buckets.dataset_folder), job, form)
        if job and (failure := failure_of(job, attempt)):
            end_with(failure, document_is_out=True)


def refuse_other_region(environment: Environment) -> None:
    """Refuse an AWS profile of another region: images, manifests, job and stacks must share one."""
    region = usual_region()
    if region != environment.region or not region:
        raise GroundtrainError(
            f"the settings are for region {environment.region or 'none'},"
            f" your AWS profile for {region or 'none'}",
            fix=f"set AWS_DEFAULT_REGION={environment.region or '...'}",
        )


def _find_buckets_and_role(
    located: LocatedDataset, options: BucketsAndRoleOptions, environment: Environment
) -> BucketsAndRole:
    """What the options leave open comes from the environment's stacks.

    Raises:
        NotDeployedError: the stacks do not exist.
    """
    buckets, open_options = assumed_buckets_and_role(located, options)
    if not open_options:
        return buckets
    deployed = find_deployed(connect().cloudformation, environment.name)
    return BucketsAndRole(
        located.folder_in(bucket_of(options.datasets) or deployed.datasets_bucket),
        bucket_of(options.models) or deployed.models_bucket,
        options.role or deployed.training_role_arn,
        "" if options.models else deployed.models_key_arn,
    )


def _upload(located: LocatedDataset, buckets: BucketsAndRole) -> None:
    """Upload a local dataset, unless it is in S3 already.

    Raises:
        NotTrainedError: the folder holds another dataset, made from the same manifest by another version.
    """
    if located.directory is None:
        return
    s3, folder = connect().s3, buckets.dataset_folder
    try:
        uploaded = read_dataset(s3, folder)
    except MissingObjectError:
        with (
            working(f"Uploading the dataset to {folder}"),
            refusals_explained(f"--datasets s3://{folder.bucket}"),
        ):
            write_dataset(s3, folder, located.dataset, located.directory)
        return
    if uploaded.sides != located.dataset.sides:
        raise NotTrainedError(
            f"{folder} holds another dataset made from this manifest",
            fix="train on that one by its address, or delete it",
        )


def _start(
    located: LocatedDataset, environment: Environment, buckets: BucketsAndRole, attempt: int, via: str
) -> Started:
    aws = connect()
    dataset = decide_again(located.dataset, environment)
    ready = prepare(dataset, environment, buckets, aws, attempt=attempt)
    by_sdk: Create = lambda request: train_with_sdk(request, aws.session)  # noqa: E731
    try:
        return start_once(ready, aws, by_sdk if via == "sdk" else None)
    except NotReadyError as error:
        raise NotTrainedError(str(error), fix="try again later, or name other instance types") from error
    except NameTakenError as error:
        raise NotTrainedError(error.message, fix=how_to_train_again(attempt)) from error
    except RefusedError as error:
        raise GroundtrainError(
            error.message, fix="correct what it names: --role, --models, or [training] of the settings"
        ) from error


def _follow(started: Started, form: str) -> TrainingJob:
    """Show new stages and metrics until the job ends; SageMaker reads the metrics from the log."""
    stages, metrics = 0, dict[str, float]()
    with reporter_for(form) as reporter:
        reporter.begins(f"Training job {started.name} on {started.instance_type}")
        for job in training_jobs.follow(connect().sagemaker, started.name, time.sleep):
            for stage in job.stages[stages:]:
                reporter.reports(stage)
            for name, value in job.metrics.items():
                if metrics.get(name) != value:
                    reporter.reports(f"{name} {value:.4g}")
            stages, metrics = len(job.stages), job.metrics
    return job


def _job_of_before(started: Started) -> TrainingJob | None:
    """The job, where it had been started before; None for a new one, of which nothing is known yet."""
    return None if started.new else training_jobs.describe(connect().sagemaker, started.name)
