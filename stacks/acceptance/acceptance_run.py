"""What the steps of the acceptance run know and share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundtrain.aws.preflight.deployment import find_stack
from groundtrain.aws.preflight.services import Services
from groundtrain.errors import GroundtrainError
from stacks.acceptance.cdk_app import CdkApp
from stacks.acceptance.recorded.examples import Examples
from stacks.acceptance.settings import STACK_NAMES, write_settings
from stacks.acceptance.subscriptions import Subscriptions
from stacks.commands.deployed_resources import list_resources

LOG = "cdk.log"
_POLL, _POLL_EMULATOR = 2.0, 0.2  # seconds


class NotDeployedError(GroundtrainError):
    """A step needs what was not deployed."""


class AcceptanceRun:
    """The account, the settings, and what was deployed and heard so far.

    Attributes:
        folder: settings, templates and logs of this run.
        emulator: the endpoint that answers in place of AWS, "" where AWS does.
        seed: new in each run.
        work_team: the private one whose people may see a labeling job, "" for a tier without such.
        examples: real events and answers, for tests/contract/recorded.
        done: what earlier steps leave to later ones, by name.
    """

    def __init__(
        self,
        region: str,
        account: str,
        services: Services,
        folder: Path,
        seed: str,
        emulator: str,
        work_team: str = "",
    ) -> None:
        self.region, self.account, self.services = region, account, services
        self.folder, self.seed, self.emulator = folder, seed, emulator
        self.environment = write_settings(folder / "settings", account, region, seed)
        self.examples = Examples()
        self.done: dict[str, Any] = {}
        self.work_team = work_team
        self._subscriptions: Subscriptions | None = None

    @property
    def pause(self) -> float:
        """Seconds between two questions of the same kind."""
        return _POLL_EMULATOR if self.emulator else _POLL

    def variables(self) -> dict[str, str]:
        """Environment variables for commands of ours, which work in this region."""
        return {**os.environ, "AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}

    def app(self, name: str = "as-it-is", bucket: str = "") -> CdkApp:
        """The app with the settings, or with those that read from an existing bucket."""
        settings = self.folder / f"settings-{name}"
        write_settings(settings, self.account, self.region, self.seed, bucket)
        bundle = "host" if self.emulator else "lambda"
        return CdkApp(settings, self.folder / name, self.folder / LOG, bundle)

    @property
    def subscriptions(self) -> Subscriptions:
        """What comes from the bus and the topic, from the first question on."""
        if self._subscriptions is None:
            self._subscriptions = Subscriptions(self.services, self.output("TopicArn"), self.seed, self.pause)
        return self._subscriptions

    def output(self, name: str) -> str:
        """An output of the stacks.

        Raises:
            NotDeployedError
        """
        for stack in STACK_NAMES:
            found = find_stack(self.services, stack)
            if found and name in found.outputs:
                return found.outputs[name]
        raise NotDeployedError(f"no stack tells its {name}", fix="see what was deployed")

    def resources(self, kind: str, beginning: str = "") -> Iterator[str]:
        """Names of the deployed resources of a type whose logical ids begin so."""
        for stack in STACK_NAMES:
            for found in list_resources(self.services("cloudformation"), stack):
                if found["ResourceType"] == kind and found["LogicalResourceId"].startswith(beginning):
                    yield found["PhysicalResourceId"]
