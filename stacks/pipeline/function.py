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
from stacks.nag import acknowledge
from stacks.permissions.grants import Grant, give
from stacks.permissions.shared import write_log, write_traces
from stacks.pipeline.steps import FunctionRow

_MOST_SETTINGS = 3000  # bytes; Lambda gives a function 4 KB for all its variables
_KEPT_BY_CALLER = (
    "Dead letters are kept by what invokes it: the queue it reads, its on-failure destination, its execution."
)
_ACCEPTED = {
    "Serverless::Serverless-LambdaDLQ": _KEPT_BY_CALLER,
    "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ": _KEPT_BY_CALLER,
    "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency": "Its event source or map limits how many run at "
    "once, and a schedule starts one; a reservation would take concurrency from others of the account.",
    "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC": "It talks to AWS's own endpoints only, over TLS, and "
    "nothing that it needs lies in a VPC.",
}


class Shared(NamedTuple):
    """What all functions of an environment share.

    Attributes:
        code: the function's bundle.
        key: ARN of the key that encrypts their logs.
        variables: values of the environment variables; each function gets those that its row names.
    """

    environment: Environment
    code: lambda_.Code
    key: str
    variables: Mapping[str, str]


class Function(Construct):
    """One of the handlers in `lambdas/`, on arm64.

    Guarantees: its role has the grants of its row and `also_may`, may write its own log and traces, and
    nothing else.

    Args:
        scope: its step, the sweep, or the image checks.
        also_may: the grants that what invokes it takes.
        variables: environment variables in addition to those that the row names.
    """

    def __init__(
        self,
        scope: Construct,
        row: FunctionRow,
        shared: Shared,
        *,
        also_may: Iterable[Grant] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, "Handler")
        self.row = row
        environment = shared.environment
        self.namespace = namespace_of(environment.name)
        days = environment.retention.logs_days
        self.logs = logs.CfnLogGroup(self, "Logs", retention_in_days=days, kms_key_id=shared.key)
        self.logs.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.role = self._make_role([*row.grants, *also_may])
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"groundtrain {environment.name}: {row.package}",
            code=shared.code,
            handler=f"{row.package}.handler.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            timeout=row.size.timeout,
            memory_size=row.size.memory_mb,
            ephemeral_storage_size=cdk.Size.mebibytes(row.size.scratch_mb),
            environment={
                **(_settings(environment) if row.reads_settings else {}),
                **_variables_of_all(environment, row.package),
                **{name: shared.variables[name] for name in ("DATASETS_BUCKET", *row.variables)},
                **(variables or {}),
            },
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
    return {
        "POWERTOOLS_SERVICE_NAME": package,
        "POWERTOOLS_METRICS_NAMESPACE": namespace_of(environment.name),
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def _settings(environment: Environment) -> dict[str, str]:
    settings = dump_environment(environment)
    size = len(settings.encode()) + len(",".join(environment.labeling.buckets))  # buckets are there twice
    if size > _MOST_SETTINGS:
        raise SettingsError(
            f"{environment.name}: the settings take {size:,} bytes, and functions are given"
            f" {_MOST_SETTINGS:,} of their 4 KB for them",
            fix="name fewer tags, prices, buckets or overrides",
        )
    return {"GROUNDTRAIN_SETTINGS": settings}
