"""Options --role, --models and --datasets of `groundtrain train`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from groundtrain.calls.training_request import BucketsAndRoleOptions
from groundtrain.cli.command_options import add_options

_OPTIONS = (
    click.option("--role", metavar="ARN", default="", help="Role of the training job."),
    click.option("--models", metavar="S3", default="", help="Bucket for the model, s3://bucket."),
    click.option("--datasets", metavar="S3", default="", help="Bucket to upload a local dataset to."),
)


def buckets_and_role_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command, which gets their values as `buckets`."""

    @wraps(command)
    def with_options(*, role: str, models: str, datasets: str, **parameters: Any) -> None:
        command(buckets=BucketsAndRoleOptions(role, models, datasets), **parameters)

    return add_options(with_options, _OPTIONS)
