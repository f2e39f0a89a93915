"""What CloudFormation and SNS know of an environment."""

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of
from groundtrain.aws.preflight.services import Services


class Stack(Struct, frozen=True):
    """A stack that is there: its state, such as "UPDATE_COMPLETE", and its outputs by name."""

    name: str
    status: str
    outputs: dict[str, str]


class Subscription(Struct, frozen=True):
    """One of a topic: "email" and the like, the address, and whether it was confirmed."""

    protocol: str
    endpoint: str
    is_confirmed: bool


def find_stack(services: Services, name: str) -> Stack | None:
    """The stack; None where there is none, or one that was begun and never made."""
    try:
        (found,) = services("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        return None
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    return Stack(name, found["StackStatus"], outputs)


def subscriptions_of(services: Services, topic: str) -> list[Subscription]:
    """The subscriptions of a topic.

    One that waits to be confirmed has "PendingConfirmation" in place of its ARN (SNS Developer Guide).
    """
    pages = services("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return [
        Subscription(found["Protocol"], found["Endpoint"], found["SubscriptionArn"].startswith("arn:"))
        for page in pages
        for found in page["Subscriptions"]
    ]
