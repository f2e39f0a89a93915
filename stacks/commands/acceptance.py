"""`make acceptance ENV=dev`: what only AWS can say of the templates, as far as it costs and changes nothing.

This is tier 0, the only one there is: nothing is deployed. docs/acceptance.md has the permissions it needs.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import refusal
from groundtrain.errors import GroundtrainError
from groundtrain.output.text_table import table
from groundtrain.printable_text import printable
from stacks.acceptance.free_steps import Client, Environment, Outcome, judge_patterns, judge_policies
from stacks.commands.bootstrap import account_of
from stacks.commands.credentials import environment_with_credentials

_FAILED = 1


class Step(Struct, frozen=True):
    """One step: what it does, what that proves, and how it is done."""

    does: str
    proves: str
    run: Callable[[Client, Environment], Outcome]


class Ran(Struct, frozen=True):
    """What came of a step: "proved", "failed" or "not answered", with the reasons, in so many seconds."""

    step: Step
    result: str
    reasons: tuple[str, ...]
    seconds: float


STEPS = (
    Step("policies", "IAM knows every action, key and type in them", judge_policies),
    Step("patterns", "each rule takes its own event, and none of another account", judge_patterns),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the free steps for the templates of the environment of that name; 1 unless each is proved."""
    name, tier = sys.argv[1:] if arguments is None else arguments
    try:
        _refuse_other_tiers(tier)
        settings = environment_with_credentials(name)
        environment = Environment(name, account_of(settings), settings.region)
        ran = [run(step, environment) for step in STEPS]
    except GroundtrainError as error:
        sys.stderr.write(f"groundtrain: {printable(str(error))}\n")
        return error.exit_code
    sys.stdout.writelines(f"{printable(line)}\n" for line in report(environment, ran))
    return 0 if all(one.result == "proved" for one in ran) else _FAILED


def _refuse_other_tiers(tier: str) -> None:
    if tier != "0":
        raise GroundtrainError(
            f"there is no tier {tier} yet: nothing here is deployed to a real account", fix="say TIER=0"
        )


def run(step: Step, environment: Environment) -> Ran:
    """Do a step; what AWS does not answer is no proof, nor is that nothing was looked at."""
    start = time.monotonic()
    try:
        outcome = step.run(partial(client_of, region=environment.region), environment)
        faults = outcome.faults if outcome.looked_at else (*outcome.faults, "there was nothing to look at")
        result = "failed" if faults else "proved"
        reasons = faults or (f"{outcome.looked_at} of {outcome.looked_at}",)
    except (BotoCoreError, ClientError) as error:
        result, reasons = "not answered", (str(refusal(error) or error),)
    return Ran(step, result, reasons, time.monotonic() - start)


@cache
def client_of(service: str, region: str) -> Any:
    """The client of a service; stubs of Access Analyzer are not installed."""
    return boto3.client(service, region_name=region)  # type: ignore[call-overload]


def report(environment: Environment, ran: Sequence[Ran]) -> Iterator[str]:
    """The table, and below it why something is not proved."""
    yield f"{environment.name}, account {environment.account}, {environment.region}: free steps"
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        yield f"answered by {endpoint}, which is not AWS: nothing of this is proved of an account"
    rows: list[tuple[object, ...]] = [("step", "proves", "result", "seconds", "cost")]
    rows += [(it.step.does, it.step.proves, it.result, round(it.seconds, 1), "nothing") for it in ran]
    yield from table(rows)
    for one in ran:
        for reason in one.reasons if one.result != "proved" else ():
            yield f"{one.step.does}: {reason}"


if __name__ == "__main__":
    sys.exit(main())
