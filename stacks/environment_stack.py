"""What the stacks of an environment have in common: names, tags, and how they find the CDK's resources."""

import aws_cdk as cdk
from constructs import Construct

from groundtrain.settings.environment import Environment, stack_name


class EnvironmentStack(cdk.Stack):
    """A stack named after its environment, with the environment's tags.

    The synthesizer has the qualifier of the settings, which `make bootstrap` gives the CDK's own resources.

    Args:
        scope: the environment's stage.
        name: "storage", "pipeline" or "monitoring".
    """

    def __init__(self, scope: Construct, environment: Environment, name: str, *, description: str) -> None:
        super().__init__(
            scope,
            name,
            stack_name=stack_name(environment.name, name),
            tags=environment.tags,
            synthesizer=cdk.DefaultStackSynthesizer(qualifier=environment.deployment.qualifier or None),
            description=f"groundtrain: {description}",
        )


def arns_in_stacks(stack: cdk.Stack, environment: Environment, service: str, resource: str) -> str:
    """ARNs of what CloudFormation names in this environment: its names begin with those of the stacks."""
    return stack.format_arn(
        service=service,
        resource=resource,
        resource_name=f"groundtrain-{environment.name}-*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )


def on_behalf_of_alarms(stack: cdk.Stack, environment: Environment) -> dict[str, dict[str, str]]:
    """Condition for calls by CloudWatch: on behalf of an alarm of this environment."""
    return {
        "StringEquals": {"aws:SourceAccount": stack.account},
        "ArnLike": {"aws:SourceArn": arns_in_stacks(stack, environment, "cloudwatch", "alarm")},
    }
