"""`make account ENV=dev`: settings and AWS credentials are there, before the CDK takes a minute to fail.

No request is made to AWS; whether the credentials are valid is left to the CDK.
"""

import sys

import boto3
from botocore.exceptions import BotoCoreError

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import Environment
from stacks.environments import environment_named


class NoCredentialsError(GroundtrainError):
    """This machine has no AWS credentials."""


def environment_with_credentials(name: str) -> Environment:
    """The environment of this name, where there are credentials for some account.

    Raises:
        SettingsError: there is no such file, or it cannot work.
        NoCredentialsError
    """
    environment = environment_named(name)
    refuse_no_credentials()
    return environment


def refuse_no_credentials() -> None:
    """Refuse where nobody is signed in.

    Raises:
        NoCredentialsError
    """
    try:
        credentials = boto3.Session().get_credentials()
    except BotoCoreError as error:
        raise NoCredentialsError(str(error), fix="correct AWS_PROFILE") from error
    if credentials is None:
        raise NoCredentialsError(
            "there are no AWS credentials here", fix="sign in (aws sso login), or set AWS_PROFILE"
        )


if __name__ == "__main__":
    try:
        environment_with_credentials(*sys.argv[1:])
    except GroundtrainError as error:
        sys.exit(f"groundtrain: {error}")
