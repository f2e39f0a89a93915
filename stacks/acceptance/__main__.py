"""`make acceptance REGION=eu-west-1 TIER=1`: what only AWS can say, asked of a real account.

Tier 0 deploys nothing; every other deploys an environment of its own and tears it down again, whatever
becomes of it. docs/acceptance.md has tiers, steps, costs and the permissions that it needs.
"""

import argparse
import re
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.aws.aws_errors import refusal
from groundtrain.aws.preflight.account import account_of_credentials
from groundtrain.aws.preflight.services import Services
from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import REGION
from stacks.acceptance.acceptance_run import LOG, AcceptanceRun
from stacks.acceptance.report import after, before, in_a_line
from stacks.acceptance.settings import refuse_environment_in_use
from stacks.acceptance.step import GOOD, Ran, emulator_of
from stacks.acceptance.step_order import run_steps, tear_down
from stacks.acceptance.table import HIGHEST_TIER, TEARDOWN, steps_of
from stacks.acceptance.teardown import our_stacks, refuse_what_others_have
from stacks.commands.credentials import refuse_no_credentials
from stacks.commands.terminal import failed, say
from stacks.environments import FOLDER

ASKED = (
    *("sts", "cloudformation", "sagemaker", "accessanalyzer", "events", "s3", "sqs", "sns", "cloudwatch"),
    *("iam", "kms", "lambda", "logs", "ssm", "service-quotas"),
)
"""Every service that a step asks: a profile may name an endpoint for one of them."""
_FAILED = 1


class LeftBehindError(GroundtrainError):
    """An earlier run was killed before it was torn down, or another one is under way."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps of a tier; 1 unless each is proved, and everything was removed."""
    asked = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    folder = Path(tempfile.mkdtemp(prefix="groundtrain-acceptance-"))
    try:
        code = _asked_of(asked, folder)
    except (BotoCoreError, ClientError) as error:
        code = failed(refusal(error) or GroundtrainError(str(error)))
    except GroundtrainError as error:
        code = failed(error)
    if code and (folder / LOG).exists():
        say([f"settings, templates and logs of this run: {folder}"])
    else:
        shutil.rmtree(folder)
    return code


def _asked_of(asked: argparse.Namespace, folder: Path) -> int:
    refuse_no_region(asked.region)
    refuse_environment_in_use(FOLDER)
    refuse_unclear_teardown(asked.teardown)
    refuse_no_work_team(asked)
    run = run_in(asked.region, folder, asked.work_team)
    ran = _tear_down(run) if asked.teardown else _run(run, asked.tier)
    say(after(run, ran))
    return 0 if all(one.result in GOOD for one in ran) else _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make acceptance", allow_abbrev=False)
    parser.add_argument("region", metavar="REGION")
    tiers = range(HIGHEST_TIER + 1)
    parser.add_argument("tier", metavar="TIER", type=int, choices=tiers, nargs="?", default=0)
    parser.add_argument("--work-team", metavar="NAME", default="")
    parser.add_argument("--teardown", metavar="yes", default="")
    return parser


def refuse_no_region(region: str) -> None:
    """Refuse what cannot be a region: it must be said, as everything is deployed there.

    Raises:
        GroundtrainError
    """
    if not re.fullmatch(REGION, region):
        raise GroundtrainError(f'"{region}" is no region', fix="say REGION=eu-west-1, or another")


def refuse_unclear_teardown(said: str) -> None:
    """Refuse what is neither yes nor nothing: whoever says it does not want a deployment.

    Raises:
        GroundtrainError
    """
    if said not in ("", "yes"):
        raise GroundtrainError(f'TEARDOWN is "{said}"', fix="say TEARDOWN=yes, or leave it out")


def refuse_no_work_team(asked: argparse.Namespace) -> None:
    """Refuse the tier that makes a labeling job where nobody said whose people may see it.

    Raises:
        GroundtrainError
    """
    if asked.tier == HIGHEST_TIER and not asked.teardown and not asked.work_team:
        raise GroundtrainError(
            f"tier {HIGHEST_TIER} makes a labeling job, which the people of a private work team may see",
            fix="say WORKTEAM= and the name of a team that may, such as one without members",
        )


def run_in(region: str, folder: Path, work_team: str) -> AcceptanceRun:
    """Ask whose the credentials are, and who answers.

    Raises:
        NoCredentialsError
    """
    refuse_no_credentials()
    services = Services(region)
    emulator = emulator_of([services(it).meta.endpoint_url for it in ASKED])
    account = account_of_credentials(services)
    return AcceptanceRun(region, account, services, folder, secrets.token_hex(3), emulator, work_team)


def _tear_down(run: AcceptanceRun) -> list[Ran]:
    """Not where the name is somebody else's: jobs and models are known by it alone."""
    refuse_what_others_have(run.services)
    return [tear_down(TEARDOWN, run)]


def _run(run: AcceptanceRun, tier: int) -> list[Ran]:
    steps = steps_of(tier)
    if tier:
        refuse_leftovers(run)
    lacking = {step.name: reason for step in steps if (reason := step.lacks(run))}
    say(before(run, tier, steps, lacking))
    return run_steps(steps, lacking, TEARDOWN if tier else None, run, lambda it: say([in_a_line(it)]))


def refuse_leftovers(run: AcceptanceRun) -> None:
    """Refuse where stacks of the name are there: of an earlier run, or somebody else's.

    Raises:
        LeftBehindError
        LeftoverError: somebody else's, or models of this name are.
    """
    refuse_what_others_have(run.services)
    if left := list(our_stacks(run.services)):
        raise LeftBehindError(
            f"an earlier run left {', '.join(left)}, or another is under way",
            fix=f"make acceptance REGION={run.region} TEARDOWN=yes removes it",
        )


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C: what was deployed goes first
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
