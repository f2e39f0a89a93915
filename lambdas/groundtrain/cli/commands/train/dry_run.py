"""groundtrain train --dry-run: the CreateTrainingJob request, without asking AWS."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.cli.commands.train.buckets_and_role import BucketsAndRoleOptions, assumed_buckets_and_role
from groundtrain.cli.commands.train.job_report import print_cost
from groundtrain.cli.printing import print_json, print_line
from groundtrain.settings.environment import Environment
from groundtrain.training.request import build_request, plan_training

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

_USUAL_REGION = "us-east-1"


def print_request(
    located: LocatedDataset, environment: Environment, options: BucketsAndRoleOptions, attempt: int, form: str
) -> None:
    """Print the request; what only the stacks know is in capital letters."""
    request, open_options = assumed_request(located, environment, options, attempt)
    if not environment.region:
        print_line(
            f"The region is taken to be {_USUAL_REGION}: name another by --settings or AWS_DEFAULT_REGION.",
            to_stderr=True,
        )
    if open_options:
        print_line(
            f"Names in capital letters stand for what {', '.join(open_options)} would say.", to_stderr=True
        )
    print_json(request, indent=0 if form == "json" else 2)
    print_cost(located.dataset, environment)


def assumed_request(
    located: LocatedDataset, environment: Environment, options: BucketsAndRoleOptions, attempt: int
) -> "tuple[CreateTrainingJobRequestTypeDef, tuple[str, ...]]":
    """The request as far as it is known without asking AWS, and the options that would give the rest.

    Raises:
        UntrainableError, SettingsError
    """
    buckets, open_options = assumed_buckets_and_role(located, options)
    if not environment.region:
        environment = replace(environment, region=_USUAL_REGION)
    plan = plan_training(located.dataset, environment)
    return build_request(plan, located.dataset, buckets, attempt=attempt), open_options
