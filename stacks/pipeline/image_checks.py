"""Every pixel of a dataset's images: a state machine that calls a function for each shard of its lines."""

import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from stacks.permissions.grants import give
from stacks.permissions.image_checks import run_image_checks
from stacks.pipeline.function import Function, Shared
from stacks.pipeline.map_definition import LABEL, map_definition
from stacks.pipeline.steps import FunctionRow
from stacks.resource_arns import ResourceArns, image_checks_name


class ImageChecks(Construct):
    """A Distributed Map over shards.jsonl, and check_images, which it calls; convert_manifest starts it.

    Written as CloudFormation has it, not by the CDK's DistributedMap: that grants its role all buckets where
    the bucket is in the input, forgets the key, and leaves a tolerance of 0 out.

    Guarantees: its role reads nothing but shards, and calls nothing but check_images.
    Limitation: what it does is billed by the request; convert_manifest estimates it before.

    Attributes:
        arn: of the state machine, made of its fixed name, so that others refer to it before it is there.
    """

    def __init__(self, scope: Construct, row: FunctionRow, shared: Shared, arns: ResourceArns) -> None:
        super().__init__(scope, LABEL)
        self.arn = arns.image_checks
        self.function = Function(self, row, shared)
        self.function.output_log_group()
        days = shared.environment.retention.logs_days
        self.logs = logs.CfnLogGroup(self, "MapLogs", retention_in_days=days, kms_key_id=shared.key)
        self.logs.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.role = iam.Role(self, "MapRole", assumed_by=_step_functions(arns))
        give(self.role, run_image_checks(arns, self.function.function.function_arn, LABEL))
        self._make_state_machine(row, shared)
        cdk.CfnOutput(
            cdk.Stack.of(self),
            "ImageChecksArn",
            value=self.arn,
            description="looks at every image; its executions are named after datasets",
        )

    def _make_state_machine(self, row: FunctionRow, shared: Shared) -> None:
        definition = map_definition(
            shared.environment,
            self.function.function.function_arn,
            function_timeout=int(row.size.timeout.to_seconds()),
        )
        machine = stepfunctions.CfnStateMachine(
            self,
            "StateMachine",
            state_machine_name=image_checks_name(shared.environment),
            role_arn=self.role.role_arn,
            # by json: CloudFormation takes no null in an object, and the CDK drops those of Python on the way
            definition_string=json.dumps(definition, separators=(",", ":")),
            logging_configuration=_log_everything(self.logs),
            tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )
        policy = self.role.node.find_child("DefaultPolicy").node.default_child
        assert isinstance(policy, iam.CfnPolicy)
        machine.add_resource_dependency(policy)  # Step Functions asks for the rights on logs when it is made


def _step_functions(arns: ResourceArns) -> iam.ServicePrincipal:
    """Step Functions, for state machines of this account only, as its guide has it.

    Source: Developer Guide, "Prevent cross-service confused deputy issue". That it sends such an ARN for the
    children of a map run, too, is not confirmed (C30).
    """
    ours = {
        "StringEquals": {"aws:SourceAccount": arns.stack.account},
        "ArnLike": {"aws:SourceArn": f"{arns.image_checks.rpartition(':')[0]}:*"},
    }
    return iam.ServicePrincipal("states.amazonaws.com", conditions=ours)


def _log_everything(group: logs.CfnLogGroup) -> stepfunctions.CfnStateMachine.LoggingConfigurationProperty:
    """Every event, but no input or output: they hold addresses of images."""
    group_property = stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty(
        log_group_arn=group.attr_arn
    )
    return stepfunctions.CfnStateMachine.LoggingConfigurationProperty(
        level="ALL",
        include_execution_data=False,
        destinations=[
            stepfunctions.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=group_property)
        ],
    )
