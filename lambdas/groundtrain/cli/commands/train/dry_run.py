"""groundtrain train --dry-run: the CreateTrainingJob request, without asking AWS."""

from groundtrain.calls.datasets import LocatedDataset
from groundtrain.calls.training_request import USUAL_REGION, BucketsAndRoleOptions, assumed_request
from groundtrain.cli.commands.train.job_report import print_cost
from groundtrain.cli.printing import print_json, print_line
from groundtrain.settings.environment import Environment


def print_request(
    located: LocatedDataset, environment: Environment, options: BucketsAndRoleOptions, attempt: int, form: str
) -> None:
    """Print the request; what only the stacks know is in capital letters."""
    request, open_options = assumed_request(located, environment, options, attempt)
    if not environment.region:
        print_line(
            f"The region is taken to be {USUAL_REGION}: name another by --settings or AWS_DEFAULT_REGION.",
            to_stderr=True,
        )
    if open_options:
        print_line(
            f"Names in capital letters stand for what {', '.join(open_options)} would say.", to_stderr=True
        )
    print_json(request, indent=0 if form == "json" else 2)
    print_cost(located.dataset, environment)
