"""One deployed environment: its three stacks, one for each life cycle."""

from collections.abc import Iterable

import aws_cdk as cdk
from constructs import Construct

from groundtrain.settings.environment import Environment
from stacks.bundling import Bundles
from stacks.monitoring.stack import Monitoring
from stacks.pipeline.event_patterns import refuse_too_long
from stacks.pipeline.stack import Pipeline
from stacks.storage.stack import Storage
from stacks.warnings import warn


class Deployment(cdk.Stage):
    """One environment: storage, pipeline and monitoring."""

    def __init__(self, scope: Construct, environment: Environment, bundles: Bundles) -> None:
        refuse_too_long(environment)
        target = cdk.Environment(account=environment.account or None, region=environment.region)
        super().__init__(scope, environment.name, env=target, permissions_boundary=_boundary(environment))
        self.storage = Storage(self, environment)
        self.pipeline = Pipeline(self, environment, self.storage, bundles)
        self.monitoring = Monitoring(self, environment, self.pipeline)
        warn(self.pipeline, environment)


def _boundary(environment: Environment) -> cdk.PermissionsBoundary | None:
    name = environment.deployment.permissions_boundary
    return cdk.PermissionsBoundary.from_name(name) if name else None


def deploy_environments(app: cdk.App, environments: Iterable[Environment], bundles: Bundles) -> None:
    """Add a stage per environment."""
    for environment in environments:
        Deployment(app, environment, bundles)
