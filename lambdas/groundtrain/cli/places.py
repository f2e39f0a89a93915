"""Where a training started by hand runs and lies: as the options say, else as the deployed stacks tell."""

from collections.abc import Callable
from typing import TypeVar

import click
from msgspec import Struct

from groundtrain.cli.datasets import GivenDataset
from groundtrain.dataset.description import dataset_prefix
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.addresses import bucket_of
from groundtrain.settings.environment import Environment
from groundtrain.training.request import Place

_Command = TypeVar("_Command", bound=Callable[..., object])

_OPTIONS = (
    click.option("--role", metavar="ARN", default="", help="Role of the training job."),
    click.option("--models", metavar="S3", default="", help="Bucket for the model, s3://bucket."),
    click.option("--datasets", metavar="S3", default="", help="Bucket to upload a local dataset to."),
)


class RequestedPlace(Struct, frozen=True):
    """What the options say; "" where they say nothing."""

    role: str
    models: str
    datasets: str


def place_options(command: _Command) -> _Command:
    """Add --role, --models and --datasets to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def assumed_place(given: GivenDataset, requested: RequestedPlace) -> tuple[Place, tuple[str, ...]]:
    """Where it would be, without asking anybody, and the options that would have to say the rest.

    Names in capital letters stand for what is not known.
    """
    role = requested.role or "arn:aws:iam::111122223333:role/TRAINING-ROLE"
    models = bucket_of(requested.models) or "MODELS-BUCKET"
    folder = given.folder or _folder(given, bucket_of(requested.datasets) or "DATASETS-BUCKET")
    known = {
        "--role": requested.role,
        "--models": requested.models,
        "--datasets": given.folder or requested.datasets,
    }
    return Place(folder, models, role), tuple(option for option, said in known.items() if not said)


def actual_place(given: GivenDataset, requested: RequestedPlace, environment: Environment) -> Place:
    """Where it will be; the environment's stacks are asked for what the options leave open.

    Raises:
        NotDeployedError: they are not there.
        GroundtrainError: there is no environment to ask for.
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
    from groundtrain.aws.deployed import find_deployed

    there = find_deployed(connect().cloudformation, environment.name)
    return Place(
        given.folder or _folder(given, bucket_of(requested.datasets) or there.datasets_bucket),
        bucket_of(requested.models) or there.models_bucket,
        requested.role or there.training_role_arn,
        "" if requested.models else there.models_key_arn,
    )


def _folder(given: GivenDataset, bucket: str) -> str:
    dataset = given.dataset
    return f"s3://{bucket}/{dataset_prefix(dataset.labeling_job or 'by-hand', dataset.dataset_id)}"
