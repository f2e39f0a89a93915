"""Role and buckets for `groundtrain train`: from the options, else from the deployed stacks."""

import re
from collections.abc import Callable
from typing import TypeVar

import click
from msgspec import Struct

from groundtrain.cli.datasets import GivenDataset
from groundtrain.dataset.description import dataset_prefix
from groundtrain.errors import GroundtrainError
from groundtrain.s3_addresses import S3Address, bucket_of
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole

_Command = TypeVar("_Command", bound=Callable[..., object])

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/?[\w+=,.@/-]+", re.ASCII)  # CreateTrainingJob
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OPTIONS = (
    click.option("--role", metavar="ARN", default="", help="Role of the training job."),
    click.option("--models", metavar="S3", default="", help="Bucket for the model, s3://bucket."),
    click.option("--datasets", metavar="S3", default="", help="Bucket to upload a local dataset to."),
)


class RequestedPlace(Struct, frozen=True):
    """The values of the options; "" for those not given."""

    role: str
    models: str
    datasets: str


def place_options(command: _Command) -> _Command:
    """Add --role, --models and --datasets to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def assumed_place(given: GivenDataset, requested: RequestedPlace) -> tuple[BucketsAndRole, tuple[str, ...]]:
    """The place as far as it is known without asking AWS, and the options that would give the rest.

    Unknown parts are names in capital letters.
    """
    _refuse_impossible(requested)
    role = requested.role or "arn:aws:iam::111122223333:role/TRAINING-ROLE"
    models = bucket_of(requested.models) or "MODELS-BUCKET"
    folder = given.folder or _folder(given, bucket_of(requested.datasets) or "DATASETS-BUCKET")
    known = {
        "--role": requested.role,
        "--models": requested.models,
        "--datasets": given.folder or requested.datasets,
    }
    return BucketsAndRole(folder, models, role), tuple(option for option, said in known.items() if not said)


def _refuse_impossible(requested: RequestedPlace) -> None:
    """What AWS would refuse for its form alone.

    Raises:
        GroundtrainError: an option's value cannot be what it stands for.
    """
    if requested.role and not _ROLE.fullmatch(requested.role):
        raise GroundtrainError(
            f'--role "{requested.role}" is not the ARN of a role',
            fix="write --role arn:aws:iam::ACCOUNT:role/NAME",
        )
    for option, address in (("--models", requested.models), ("--datasets", requested.datasets)):
        if address and not _BUCKET.fullmatch(bucket_of(address)):
            raise GroundtrainError(
                f'{option} "{address}" names no bucket that can exist',
                fix=f"write {option} s3://BUCKET: 3 to 63 small letters, digits, dots and hyphens",
            )


def actual_place(given: GivenDataset, requested: RequestedPlace, environment: Environment) -> BucketsAndRole:
    """The place; parts that the options leave open come from the environment's stacks.

    Raises:
        NotDeployedError: the stacks do not exist.
        GroundtrainError: no environment is given.
    """
    place, open_ = assumed_place(given, requested)
    if not open_:
        return place
    if not environment.region:
        raise GroundtrainError(
            f"it is not known where to train: {', '.join(open_)} missing",
            fix="say so, or name a deployed environment with --settings",
        )
    from groundtrain.aws.clients import connect
    from groundtrain.aws.deployed_stacks import find_deployed

    there = find_deployed(connect().cloudformation, environment.name)
    return BucketsAndRole(
        given.folder or _folder(given, bucket_of(requested.datasets) or there.datasets_bucket),
        bucket_of(requested.models) or there.models_bucket,
        requested.role or there.training_role_arn,
        "" if requested.models else there.models_key_arn,
    )


def _folder(given: GivenDataset, bucket: str) -> S3Address:
    dataset = given.dataset
    return S3Address(bucket, dataset_prefix(dataset.labeling_job or "by-hand", dataset.dataset_id))
