"""A Lambda function with its own role and log group."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundtrain.errors import SettingsError
from groundtrain.observability import namespace_of
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment
from stacks.grants import Grant, give
from stacks.nag import acknowledge
from stacks.permissions.invocation import write_log, write_traces

_MOST_SETTINGS = 3000  # bytes; Lambda gives a function 4 KB for all its variables
_KEPT_BY_CALLER = (
    "Dead letters are kept by what invokes it: the queue it reads, or its on-failure destination."
)
_ACCEPTED = {
    "Serverless::Serverless-LambdaDLQ": _KEPT_BY_CALLER,
    "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ": _KEPT_BY_CALLER,
    "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency": "Its event source limits how many run at once, and "
    "a schedule starts one; a reservation would take concurrency from the account's other functions.",
    "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC": "It talks to AWS's own endpoints only, over TLS, and "
    "nothing that it needs lies in a VPC.",
}


class Size(NamedTuple):
    """Limits of a function. Lambda allocates CPU by memory: one vCPU at 1769 MB."""

    timeout: cdk.Duration
    memory_mb: int
    scratch_mb: int = 512


class Function(Construct):
    """One of the handlers in `lambdas/`, on arm64.

    Guarantees: its role has the grants in `may`, may write its own log and traces, and nothing else.

    Args:
        package: the handler's package in `lambdas/`; also its name in logs, metrics and traces.
        code: the bundle that all functions share.
        may: grants for the function.
        key: ARN of the key that encrypts its log.
        variables: environment variables of this function, in addition to those of all functions.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        *,
        package: str,
        code: lambda_.Code,
        size: Size,
        may: Iterable[Grant],
        key: str,
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.package = package
        self.namespace = namespace_of(environment.name)
        days = environment.retention.logs_days
        self.logs = logs.CfnLogGroup(self, "Logs", retention_in_days=days, kms_key_id=key)
        self.logs.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.role = self._make_role(may)
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"groundtrain {environment.name}: {package}",
            code=code,
            handler=f"{package}.handler.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            timeout=size.timeout,
            memory_size=size.memory_mb,
            ephemeral_storage_size=cdk.Size.mebibytes(size.scratch_mb),
            environment={**_variables_of_all(environment, package), **variables},
            role=self.role,
            log_group=logs.LogGroup.from_log_group_name(self, "LogGroup", self.logs.ref),
            tracing=lambda_.Tracing.ACTIVE,
        )
        self._acknowledge()

    def output_log_group(self) -> None:
        """Output the log group's name, prefixed with the step: `groundtrain redrive` reads reasons there."""
        step = self.node.scope
        assert step is not None
        cdk.CfnOutput(
            cdk.Stack.of(self),
            f"{step.node.id}LogGroup",
            value=self.logs.ref,
            description=f"{step.node.id}: the log of its function",
        )

    def _acknowledge(self) -> None:
        for rule, reason in _ACCEPTED.items():
            acknowledge(self.function, rule, reason)
        resource = self.function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)
        # CDK lets the function wait for its role and the role's policy; cfn-lint finds the role needless
        resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})

    def _make_role(self, may: Iterable[Grant]) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        give(role, [*may, write_log(self.logs.attr_arn), write_traces()])
        return role


def _variables_of_all(environment: Environment, package: str) -> dict[str, str]:
    settings = dump_environment(environment)
    size = len(settings.encode()) + len(",".join(environment.labeling.buckets))  # buckets are there twice
    if size > _MOST_SETTINGS:
        raise SettingsError(
            f"{environment.name}: the settings take {size:,} bytes, and functions are given"
            f" {_MOST_SETTINGS:,} of their 4 KB for them",
            fix="name fewer tags, prices, buckets or overrides",
        )
    return {
        "GROUNDTRAIN_SETTINGS": settings,
        "POWERTOOLS_SERVICE_NAME": package,
        "POWERTOOLS_METRICS_NAMESPACE": namespace_of(environment.name),
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
