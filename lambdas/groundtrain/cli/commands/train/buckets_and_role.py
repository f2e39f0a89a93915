"""Options --role, --models and --datasets of `groundtrain train`."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from msgspec import Struct

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.cli.command_options import add_options
from groundtrain.errors import GroundtrainError
from groundtrain.s3_addresses import bucket_of
from groundtrain.training.request import BucketsAndRole

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/?[\w+=,.@/-]+", re.ASCII)  # CreateTrainingJob
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OPTIONS = (
    click.option("--role", metavar="ARN", default="", help="Role of the training job."),
    click.option("--models", metavar="S3", default="", help="Bucket for the model, s3://bucket."),
    click.option("--datasets", metavar="S3", default="", help="Bucket to upload a local dataset to."),
)


class BucketsAndRoleOptions(Struct, frozen=True):
    """The values of the options; "" for those that are left out."""

    role: str
    models: str
    datasets: str


def buckets_and_role_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command, which gets their values as `buckets`."""

    @wraps(command)
    def with_options(*, role: str, models: str, datasets: str, **parameters: Any) -> None:
        command(buckets=BucketsAndRoleOptions(role, models, datasets), **parameters)

    return add_options(with_options, _OPTIONS)


def assumed_buckets_and_role(
    located: LocatedDataset, options: BucketsAndRoleOptions
) -> tuple[BucketsAndRole, tuple[str, ...]]:
    """Buckets and role as far as they are known without asking AWS, and the options that would give the rest.

    Unknown parts are names in capital letters.
    """
    _refuse_impossible(options)
    values = {
        "--role": options.role,
        "--models": options.models,
        "--datasets": str(located.folder or options.datasets),
    }
    buckets = BucketsAndRole(
        located.folder_in(bucket_of(options.datasets) or "DATASETS-BUCKET"),
        bucket_of(options.models) or "MODELS-BUCKET",
        options.role or "arn:aws:iam::111122223333:role/TRAINING-ROLE",
    )
    return buckets, tuple(option for option, value in values.items() if not value)


def _refuse_impossible(options: BucketsAndRoleOptions) -> None:
    """What AWS would refuse for its form alone.

    Raises:
        GroundtrainError: an option's value cannot be what it stands for.
    """
    if options.role and not _ROLE.fullmatch(options.role):
        raise GroundtrainError(
            f'--role "{options.role}" is not the ARN of a role',
            fix="write --role arn:aws:iam::ACCOUNT:role/NAME",
        )
    for option, address in (("--models", options.models), ("--datasets", options.datasets)):
        if address and not _BUCKET.fullmatch(bucket_of(address)):
            raise GroundtrainError(
                f'{option} "{address}" names no bucket that can exist',
                fix=f"write {option} s3://BUCKET: 3 to 63 small letters, digits, dots and hyphens",
            )
