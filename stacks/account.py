"""Preflight for deployment: `python -m stacks.account ENV` checks that settings and AWS credentials exist.

It makes no request to AWS; whether the credentials are valid is left to CDK.
"""

import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError

from groundtrain.errors import GroundtrainError, SettingsError
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.impossible_settings import training_mistakes

FOLDER = Path(__file__).parent.parent / "environments"


class NoCredentialsError(GroundtrainError):
    """This machine has no AWS credentials."""


def refuse_unreachable(name: str) -> None:
    """Check that there is such an environment, and credentials for some account.

    Raises:
        SettingsError: there is no such file, or it cannot work.
        NoCredentialsError
    """
    names = sorted(file.stem for file in FOLDER.glob("*.toml"))
    if name not in names:
        raise SettingsError(f'there is no environment "{name}"', fix=f"say ENV={' or ENV='.join(names)}")
    load_environment(FOLDER / f"{name}.toml", training_mistakes)
    try:
        found = boto3.Session().get_credentials()
    except BotoCoreError as error:
        raise NoCredentialsError(str(error), fix="correct AWS_PROFILE") from error
    if found is None:
        raise NoCredentialsError(
            "there are no AWS credentials here", fix="sign in (aws sso login), or set AWS_PROFILE"
        )


if __name__ == "__main__":
    try:
        refuse_unreachable(*sys.argv[1:])
    except GroundtrainError as error:
        sys.exit(f"groundtrain: {error}")
