"""The topic for messages about datasets, models and alarms."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundtrain.settings.environment import Environment
from stacks.environment_stack import on_behalf_of_alarms


class NotificationTopic(sns.Topic):
    """Topic of one environment, with its e-mail subscriptions.

    Guarantees: encrypted, over TLS only; besides this account's roles only this environment's alarms publish.
    """

    def __init__(self, scope: Construct, environment: Environment, key: kms.IKey) -> None:
        super().__init__(
            scope,
            "Topic",
            display_name=f"groundtrain {environment.name}",
            master_key=key,
            enforce_ssl=True,
        )
        self.add_to_resource_policy(self._alarms_publish(environment))
        for address in environment.notifications.emails:
            self._subscribe(address)
        cdk.CfnOutput(
            cdk.Stack.of(self),
            "TopicArn",
            value=self.topic_arn,
            description="subscribe to hear of everything",
        )

    def _alarms_publish(self, environment: Environment) -> iam.PolicyStatement:
        stack = cdk.Stack.of(self)
        return iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[self.topic_arn],
            conditions=on_behalf_of_alarms(stack, environment),
        )

    def _subscribe(self, address: str) -> None:
        sns.Subscription(self, address, topic=self, protocol=sns.SubscriptionProtocol.EMAIL, endpoint=address)
