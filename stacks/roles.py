"""Roles that SageMaker assumes."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.grants import Grant, give
from stacks.permissions import sagemaker
from stacks.resources import Resources


def training_role(scope: Construct, resources: Resources) -> iam.Role:
    """Role of the training jobs, which start_training passes to SageMaker."""
    return _role(scope, "TrainingRole", "Training jobs of", resources, sagemaker.training(resources))


def labeling_role(scope: Construct, resources: Resources) -> iam.Role:
    """Role for people's labeling jobs, with access to the environment's labeling buckets."""
    return _role(
        scope, "LabelingRole", "To be given to labeling jobs for", resources, sagemaker.labeling(resources)
    )


def _role(scope: Construct, name: str, purpose: str, resources: Resources, may: list[Grant]) -> iam.Role:
    """A role that SageMaker assumes on behalf of this account only."""
    ours = {"StringEquals": {"aws:SourceAccount": resources.stack.account}}
    role = iam.Role(
        scope,
        name,
        description=f"{purpose} groundtrain {resources.environment.name}",
        assumed_by=iam.ServicePrincipal(sagemaker.SAGEMAKER, conditions=ours),
    )
    give(role, may)
    told = f"{purpose} this environment"
    cdk.CfnOutput(cdk.Stack.of(scope), f"{name}Arn", value=role.role_arn, description=told)
    return role
