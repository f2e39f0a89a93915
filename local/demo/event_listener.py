"""Receive every event of SageMaker, S3 and groundtrain, and every message to subscribers."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.events.dataset_announcement import GROUNDTRAIN
from groundtrain.events.event import Event, parse_event
from groundtrain.events.job_events import SAGEMAKER
from groundtrain.events.object_created import S3
from local.demo.deployed_stage import Deployment

_NAME = "demo"


class Message(Struct, frozen=True, rename="pascal"):
    """What the topic delivers; without a subject it is not from us."""

    message: str
    subject: str = ""


class Listener:
    """Two queues, subscribed to the default bus and to the topic; create it before anything happens."""

    def __init__(self, deployment: Deployment) -> None:
        self._sqs: Any = deployment.aws.client("sqs")
        self._events = self._subscribe_to_bus(deployment.aws.client("events"))
        self._messages = self._subscribe_to_topic(deployment.aws.client("sns"), deployment.topic)

    def events(self) -> Iterator[tuple[Event, bytes]]:
        """Events that have arrived since the last call, and their text."""
        for body in self._receive(self._events):
            yield parse_event(body), body.encode()

    def messages(self) -> Iterator[Message]:
        """Messages that have arrived since the last call."""
        for body in self._receive(self._messages):
            yield msgspec.json.decode(body, type=Message)

    def _subscribe_to_bus(self, bus: Any) -> str:
        url, arn = self._queue(f"{_NAME}-events")
        pattern = json.dumps({"source": [SAGEMAKER, GROUNDTRAIN, S3]})
        bus.put_rule(Name=_NAME, EventPattern=pattern)
        bus.put_targets(Rule=_NAME, Targets=[{"Id": "queue", "Arn": arn}])
        return url

    def _subscribe_to_topic(self, sns: Any, topic: str) -> str:
        url, arn = self._queue(f"{_NAME}-messages")
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _topic_may_send(arn, topic)})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return url

    def _queue(self, name: str) -> tuple[str, str]:
        url = str(self._sqs.create_queue(QueueName=name)["QueueUrl"])
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, str(answer["Attributes"]["QueueArn"])

    def _receive(self, url: str) -> Iterator[str]:
        while found := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]


def _topic_may_send(queue: str, topic: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def function_logs(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Name and text of every function's log."""
    logs: Any = deployment.aws.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.filter_log_events(logGroupName=name)["events"]
        yield (
            name,
            "".join(f"{_moment(event['timestamp'])} {event['message'].rstrip()}\n" for event in events),
        )


def last_error(deployment: Deployment) -> str:
    """Last error that a function ended with, "" when none did: the line after a traceback."""
    error = ""
    for _, text in function_logs(deployment):
        errors = [line for line in text.splitlines() if _ERROR.match(line)]
        error = errors[-1][len("00:00:00 ") :] if errors else error
    return error


_ERROR = re.compile(r"\d\d:\d\d:\d\d [\w.]+(Error|Exception)\b")


def _moment(milliseconds: int) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(milliseconds / 1000))
