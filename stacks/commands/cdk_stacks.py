"""The stacks of an environment as the CDK knows them: what it cannot list, it cannot delete either."""

import json
import subprocess

from groundtrain.errors import GroundtrainError
from groundtrain.settings.environment import Environment
from stacks.environments import FOLDER


class NoStacksError(GroundtrainError):
    """The CDK does not say which stacks the environment has: the app has a mistake, or cdk is missing."""


def stacks_of(environment: Environment) -> list[str]:
    """Names of the stacks that `NAME/*` means to the CDK, such as "groundtrain-dev-storage".

    The app is synthesized for it, and what that says against it is written to standard error.
    Source: AWS CDK reference, `cdk list --json --long`.

    Raises:
        NoStacksError
    """
    command = ["cdk", "list", f"{environment.name}/*", "--json", "--long"]
    try:
        done = subprocess.run(  # noqa: S603  our own command
            command, cwd=FOLDER.parent, check=False, stdout=subprocess.PIPE, encoding="utf-8"
        )
        if done.returncode == 0:
            return [str(stack["name"]) for stack in json.loads(done.stdout)]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NoStacksError(f"cdk list did not say the stacks: {error}", fix="run make setup") from error
    raise NoStacksError(
        f"nothing was deleted, since cdk list ended with code {done.returncode}",
        fix="what it said is above; make synth says the same",
    )
