"""`make outputs ENV=dev` prints what the stacks tell people; with `NAME=LabelingRoleArn` one value alone."""

import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.aws.stack_outputs import Output, read_outputs
from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import Environment, stack_name
from stacks.commands.credentials import environment_with_credentials
from stacks.commands.terminal import failed, say

_STACKS = ("storage", "pipeline")  # monitoring has no output


class UnreadableOutputsError(GroundtrainError):
    """AWS does not show the outputs, or there is none of that name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all outputs of an environment, or the value of one."""
    name, *names = sys.argv[1:] if arguments is None else arguments
    try:
        environment = environment_with_credentials(name)
        outputs = outputs_of_environment(environment)
        text = value_of(names[0], outputs) if names else "\n".join(_lines(outputs))
    except GroundtrainError as error:
        return failed(error)
    say(text.split("\n"))
    return 0


def outputs_of_environment(environment: Environment) -> list[Output]:
    """The outputs for people, of all stacks.

    Raises:
        NotDeployedError: a stack is missing.
        UnreadableOutputsError: AWS refuses.
    """
    name, region = environment.name, environment.region
    client = boto3.client("cloudformation", region_name=region)
    try:
        return [
            output
            for stack in _STACKS
            for output in read_outputs(
                client, stack_name(name, stack), f"make deploy ENV={name}, or check AWS_PROFILE"
            )
            if output.purpose
        ]
    except (BotoCoreError, ClientError) as error:
        raise UnreadableOutputsError(
            f"AWS does not show the outputs of {name} in {region}: {error}",
            fix="check the credentials, which need cloudformation:DescribeStacks",
        ) from error


def value_of(name: str, outputs: Sequence[Output]) -> str:
    """The value of one output.

    Raises:
        UnreadableOutputsError: there is none of that name; says the nearest.
    """
    values = {output.name: output.value for output in outputs}
    if name not in values:
        nearest = get_close_matches(name, values, n=1, cutoff=0)
        raise UnreadableOutputsError(f"there is no output {name}", fix=f"the nearest is {nearest[0]}")
    return values[name]


def _lines(outputs: Sequence[Output]) -> Iterator[str]:
    """A name and its purpose, the value on the next line: values are long, and to be copied."""
    for output in outputs:
        yield f"{output.name}: {output.purpose}"
        yield f"  {output.value}"


if __name__ == "__main__":
    sys.exit(main())
