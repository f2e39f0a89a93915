"""One environment in the cloud: its three stacks, in the order of their life cycles."""

from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from groundtrain.environments import load_environment
from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from stacks.monitoring import Monitoring
from stacks.pipeline import Pipeline
from stacks.storage import Storage


class Deployment(cdk.Stage):
    """One environment: what lasts (storage), what works (pipeline) and what watches it (monitoring)."""

    def __init__(self, scope: Construct, environment: Environment, functions: Path) -> None:
        where = cdk.Environment(account=environment.account or None, region=environment.region)
        super().__init__(scope, environment.name, env=where)
        self.storage = Storage(self, environment)
        self.pipeline = Pipeline(self, environment, self.storage, functions)
        self.monitoring = Monitoring(self, environment, self.pipeline)


def deploy_environments(app: cdk.App, environments: Iterable[Environment], functions: Path) -> None:
    """Add a stage per environment; `functions` is the bundle's directory."""
    for environment in environments:
        Deployment(app, environment, functions)


def load_environments(folder: Path) -> list[Environment]:
    """Read every `*.toml` of a folder, in the order of their names.

    Raises:
        SettingsError: there is none, or one of them cannot work.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SettingsError(f"{folder}: no environment there", fix="add a file such as dev.toml")
    return [load_environment(file) for file in files]
