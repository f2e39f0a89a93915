"""`make destroy ENV=dev`: say what goes and what stays, and with CONFIRM=dev delete the environment's stacks.

With EMPTY=yes buckets are emptied that would be deleted and are not empty, which S3 refuses.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.aws.aws_errors import refusal
from groundtrain.errors import GroundtrainError
from groundtrain.quantities import enumerated, first_few, quantity
from groundtrain.settings.environment import Environment
from groundtrain.shell_commands import shell_command
from groundtrain.training.results.model_package import group_of
from stacks.commands.cdk_stacks import stacks_of
from stacks.commands.credentials import environment_with_credentials
from stacks.commands.deployed_resources import Deployed, find_deployed
from stacks.commands.emptied_bucket import empty_bucket
from stacks.commands.terminal import failed, say
from stacks.environments import FOLDER

_SHOWN = 5
_PASSED_ON = ("--verbose", "-v", "--debug", "--no-color", "--ci")  # none says what is deleted, or where
_PAGE = "docs/leaving.md"


class NotDestroyedError(GroundtrainError):
    """Nothing was deleted: it was not confirmed, or cannot be done as it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what would go and stay; delete it when that is confirmed; `cdk destroy` gets what it may."""
    asked, options = _parser().parse_known_args(sys.argv[1:] if arguments is None else arguments)
    try:
        refuse_other_options(options)
        environment = environment_with_credentials(asked.environment)
        deployed = find_deployed(environment)
        refuse_other_account(environment, deployed.account)
        say(plan(environment, deployed))
        refuse_unless_possible(environment, deployed, asked.confirm, empty=asked.empty)
        refuse_unless_known(deployed, stacks_of(environment))
        for bucket in deployed.not_empty:
            number = empty_bucket(boto3.client("s3", region_name=environment.region), bucket)
            say([f"emptied {bucket}: {quantity(number, 'version')}"])
    except (BotoCoreError, ClientError) as error:
        return failed(refusal(error) or GroundtrainError(str(error)))
    except GroundtrainError as error:
        return failed(error)
    command = ["cdk", "destroy", f"{environment.name}/*", "--force", *options]
    code = subprocess.run(command, cwd=FOLDER.parent, check=False).returncode  # noqa: S603  our own command
    if code == 0:
        say(coming_back(environment, deployed))
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make destroy", allow_abbrev=False)
    parser.add_argument("environment")
    parser.add_argument("--confirm", default="", metavar="NAME")
    parser.add_argument("--empty", action="store_true")
    return parser


def refuse_other_options(options: Sequence[str]) -> None:
    """Refuse what could have `cdk destroy --force` delete other stacks, or those of another account.

    Raises:
        NotDestroyedError
    """
    if other := [option for option in options if option not in _PASSED_ON]:
        raise NotDestroyedError(
            f"nothing was deleted: cdk destroy is not given {enumerated(other)}",
            fix=f"OPTIONS may be {', '.join(_PASSED_ON)}; for a profile set AWS_PROFILE",
        )


def refuse_other_account(environment: Environment, account: str) -> None:
    """Refuse credentials of another account than the settings name.

    Raises:
        NotDestroyedError
    """
    if environment.account not in ("", account):
        raise NotDestroyedError(
            f"nothing was deleted: the credentials are those of account {account}, and"
            f" {environment.name} is of {environment.account}",
            fix="set AWS_PROFILE to one of that account",
        )


def refuse_unless_known(deployed: Deployed, stacks: Sequence[str]) -> None:
    """Refuse where the CDK knows other stacks than are deployed: before a bucket is emptied for nothing.

    Raises:
        NotDestroyedError
    """
    there = list(dict.fromkeys(resource.stack for resource in deployed.resources))
    if unknown := [stack for stack in there if stack not in stacks]:
        raise NotDestroyedError(
            f"nothing was deleted: the CDK does not know {enumerated(unknown)}",
            fix="it knows what cdk list says; unset CDK_APP, and deploy from this checkout before",
        )


def plan(environment: Environment, deployed: Deployed) -> Iterator[str]:
    """What is deployed, what goes and what stays.

    Raises:
        NotDestroyedError: nothing is deployed.
    """
    name = environment.name
    if not deployed.resources:
        raise NotDestroyedError(
            f"nothing of {name} is deployed in account {deployed.account} and {environment.region}",
            fix="check AWS_PROFILE, and `region` in the settings: it must be that of the deployment",
        )
    stacks = list(dict.fromkeys(resource.stack for resource in deployed.resources))
    yield f"{name}, account {deployed.account}, {environment.region}: {enumerated(stacks)}"
    yield f"goes: {_counted(deployed)}"
    yield "stays:"
    for resource in deployed.resources:
        if resource.stays and resource.name:
            yield f"  {_words(resource.kind)} {resource.name}"
    yield f"  model package group {group_of(environment)} with its models, and the records of training jobs"
    if deployed.running:
        jobs = first_few(deployed.running, _SHOWN)
        yield f"under way, and without a role for what they write: {jobs}"
    if deployed.not_empty:
        yield f"not empty, and would be deleted: {enumerated(deployed.not_empty)}"


def refuse_unless_possible(
    environment: Environment, deployed: Deployed, confirmed: str, *, empty: bool
) -> None:
    """Refuse what was not confirmed, and what S3 or SageMaker would be left with.

    Raises:
        NotDestroyedError
    """
    name = environment.name
    again = ["make", "destroy", f"ENV={name}", f"CONFIRM={name}"]
    if deployed.not_empty and not empty:
        raise NotDestroyedError(
            "nothing was deleted, since S3 deletes no bucket that is not empty",
            fix=f"{shell_command(*again, 'EMPTY=yes')} deletes what is in them, with every version; or deploy"
            " with keep_buckets = true before, and they stay",
        )
    if confirmed != name:
        command = shell_command(*again, *(["EMPTY=yes"] if empty else []))
        raise NotDestroyedError("nothing was deleted", fix=f"confirm it: {command}")
    if deployed.running:
        raise NotDestroyedError(
            f"{quantity(len(deployed.running), 'training job')} would be left without a role",
            fix="wait until they have ended, or stop them in the SageMaker console",
        )


def coming_back(environment: Environment, deployed: Deployed) -> Iterator[str]:
    """What was left, in the words that a later deployment needs."""
    labels = [name for name in deployed.buckets(stay=True) if "-labeling" in name]
    yield f"{environment.name} is gone; how to go on with what stayed is in {_PAGE}"
    for bucket in labels:
        yield f'to come back to its labels, name it in the settings: [labeling] buckets = ["{bucket}"]'


def _counted(deployed: Deployed) -> str:
    kinds = Counter(_words(resource.kind) for resource in deployed.resources if not resource.stays)
    most = [f"{kind} ({number})" for kind, number in kinds.most_common(_SHOWN)]
    rest = sum(kinds.values()) - sum(number for _, number in kinds.most_common(_SHOWN))
    return ", ".join([*most, f"{rest:,} other resources"] if rest else most)


def _words(kind: str) -> str:
    """Such as "S3 bucket policy" of "AWS::S3::BucketPolicy"; a custom resource has no service."""
    *_, service, name = ("", *kind.removeprefix("AWS::").split("::"))
    return f"{service} {re.sub('(?<=[a-z])(?=[A-Z])', ' ', name).lower()}".strip()


if __name__ == "__main__":
    sys.exit(main())
