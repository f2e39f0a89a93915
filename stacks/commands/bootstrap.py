"""`make bootstrap ENV=dev`: the CDK's own resources, in the account and region of one environment.

Without an account and region `cdk bootstrap` would take those of every environment of the app.
"""

import subprocess
import sys
from collections.abc import Sequence
from tempfile import TemporaryDirectory

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import Environment
from stacks.commands.credentials import environment_with_credentials
from stacks.commands.terminal import failed


class WhoseAccountError(GroundtrainError):
    """AWS does not say which account the credentials belong to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Bootstrap for the environment of that name; further arguments are passed on to `cdk bootstrap`."""
    name, *options = sys.argv[1:] if arguments is None else arguments
    try:
        environment = environment_with_credentials(name)
        command = bootstrap_command(environment, environment.account or account_of(environment), options)
    except GroundtrainError as error:
        return failed(error)
    with TemporaryDirectory() as empty:  # in a folder with a cdk.json it would synthesize the app first
        return subprocess.run(command, cwd=empty, check=False).returncode  # noqa: S603  our own command


def bootstrap_command(environment: Environment, account: str, options: Sequence[str] = ()) -> list[str]:
    """What to run, for this account and region alone."""
    deployment = environment.deployment
    command = ["cdk", "bootstrap", f"aws://{account}/{environment.region}"]
    if deployment.qualifier:
        command += ["--qualifier", deployment.qualifier]
    if deployment.permissions_boundary:
        command += ["--custom-permissions-boundary", deployment.permissions_boundary]
    for key, value in environment.tags.items():
        command += ["--tags", f"{key}={value}"]
    return [*command, *options]


def account_of(environment: Environment) -> str:
    """The account that the credentials at hand belong to, as STS says.

    Raises:
        WhoseAccountError
    """
    try:
        return str(boto3.client("sts", region_name=environment.region).get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise WhoseAccountError(
            f"AWS does not say whose the credentials are: {error}",
            fix=f"sign in, or write the account into environments/{environment.name}.toml",
        ) from error


if __name__ == "__main__":
    sys.exit(main())
