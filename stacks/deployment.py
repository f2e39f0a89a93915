"""One deployed environment: its three stacks, one for each life cycle."""

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.impossible_settings import training_mistakes
from groundtrain.training.job_name import environment_prefix
from stacks.monitoring import Monitoring
from stacks.patterns import refuse_too_long
from stacks.pipeline import Pipeline
from stacks.storage import Storage
from stacks.warnings import warn


class Deployment(cdk.Stage):
    """One environment: storage, pipeline and monitoring."""

    def __init__(self, scope: Construct, environment: Environment, functions: Path) -> None:
        refuse_too_long(environment)
        where = cdk.Environment(account=environment.account or None, region=environment.region)
        super().__init__(scope, environment.name, env=where, permissions_boundary=_boundary(environment))
        self.storage = Storage(self, environment)
        self.pipeline = Pipeline(self, environment, self.storage, functions)
        self.monitoring = Monitoring(self, environment, self.pipeline)
        warn(self.pipeline, environment)


def _boundary(environment: Environment) -> cdk.PermissionsBoundary | None:
    name = environment.deployment.permissions_boundary
    return cdk.PermissionsBoundary.from_name(name) if name else None


def deploy_environments(app: cdk.App, environments: Iterable[Environment], functions: Path) -> None:
    """Add a stage per environment; `functions` is the bundle's directory."""
    for environment in environments:
        Deployment(app, environment, functions)


def load_environments(folder: Path) -> list[Environment]:
    """Read every `*.toml` of a folder, in the order of their names.

    Raises:
        SettingsError: there is none, one of them cannot work, or two cannot be told apart.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SettingsError(f"{folder}: no environment there", fix="add a file such as dev.toml")
    environments = [load_environment(file, training_mistakes) for file in files]
    _refuse_look_alikes(environments)
    return environments


def _refuse_look_alikes(environments: Iterable[Environment]) -> None:
    """Refuse prefixes that overlap: rules, grants and limits identify training jobs by name prefix."""
    for one, other in permutations(environments, 2):
        if environment_prefix(other).startswith(environment_prefix(one)):
            raise SettingsError(
                f"{other.name}: training.job_name_prefix: names of its training jobs begin like those of"
                f" {one.name} ({environment_prefix(one)})",
                fix="give them other prefixes",
            )
