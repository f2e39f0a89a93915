"""A step of the acceptance run, and what came of it."""

import os
import time
from collections.abc import Callable
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from msgspec import Struct

from groundtrain.aws.aws_errors import refusal
from groundtrain.errors import GroundtrainError
from stacks.acceptance.acceptance_run import AcceptanceRun

Result = Literal["proved", "emulated", "failed", "not answered", "not answered by AWS", "not run"]
GOOD: tuple[Result, ...] = ("proved", "emulated", "not answered by AWS")
"""The last two come of an emulator alone: they prove nothing of an account, and are no fault."""


class Outcome(Struct, frozen=True):
    """What a step said: how much it looked at, and what is against it."""

    looked_at: int
    faults: tuple[str, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """One step of the table.

    Attributes:
        name: in one word or a few; no other step has it.
        does, proves: for the table and docs/acceptance.md.
        tier: the lowest tier that has it.
        seconds, dollars: estimates, by list prices of eu-west-1.
        run: does it.
        lacks: why the account cannot do it, "" if it can; asked before anything is deployed.
        only_aws: an emulator's answer would say nothing.
        carries: without it the steps after it are not run.
        settles: rows of docs/confirmed.md that it would settle.
    """

    name: str
    does: str
    proves: str
    tier: int
    seconds: int
    dollars: float = 0
    run: Callable[[AcceptanceRun], Outcome]
    lacks: Callable[[AcceptanceRun], str] = lambda _: ""
    only_aws: bool = False
    carries: bool = False
    settles: tuple[str, ...] = ()


class Ran(Struct, frozen=True):
    """What came of a step, with the reasons, in so many seconds."""

    step: Step
    result: Result
    reasons: tuple[str, ...]
    seconds: float = 0


def run_step(step: Step, run: AcceptanceRun) -> Ran:
    """Do a step; what AWS does not answer is no proof, nor is that nothing was looked at.

    Whatever goes wrong is its result: what was deployed must be torn down all the same. A fault of our own is
    one on an emulator, too, also in a step that only AWS can answer.
    """
    start = time.monotonic()
    result: Result
    try:
        result, reasons = _answered(step, run)
    except GroundtrainError as error:
        result, reasons = "failed", (str(error),)
    except Exception as error:  # noqa: BLE001  else nothing would be torn down
        result, reasons = "failed", (f"{type(error).__name__}: {error}",)
    return Ran(step, result, reasons, _since(start))


def _answered(step: Step, run: AcceptanceRun) -> tuple[Result, tuple[str, ...]]:
    """What was answered, or that it was not: no service is there, or it refuses."""
    result: Result
    reasons: tuple[str, ...]
    try:
        outcome = step.run(run)
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        result, reasons = "not answered", (str(refusal(error) or error),)
    else:
        faults = outcome.faults if outcome.looked_at else (*outcome.faults, "there was nothing to look at")
        result = "failed" if faults else "proved"
        reasons = faults or (f"{outcome.looked_at} of {outcome.looked_at}",)
    return (_of_emulator(result, step) if run.emulator else result), reasons


def _of_emulator(result: Result, step: Step) -> Result:
    """What a result is worth that AWS did not give."""
    if step.only_aws:
        return "not answered by AWS"
    return "emulated" if result == "proved" else result


def _since(start: float) -> float:
    return time.monotonic() - start


def not_run(step: Step, reason: str) -> Ran:
    """A step that was left out."""
    return Ran(step, "not run", (reason,))


def emulator_of(endpoints: list[str]) -> str:
    """The first endpoint that is not AWS's, "" if all are; variables that name others count, too.

    Source: AWS General Reference, "AWS service endpoints": amazonaws.com, api.aws, amazonaws.com.cn.
    """
    named = [value for name, value in sorted(os.environ.items()) if name.startswith("AWS_ENDPOINT_URL")]
    for endpoint in [*named, *endpoints]:
        host = endpoint.partition("://")[2].partition("/")[0].partition(":")[0]
        if not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
            return endpoint
    return ""
