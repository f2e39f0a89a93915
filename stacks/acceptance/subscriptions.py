"""What the environment tells people, and the events that start its steps: heard by queues of our own.

A queue stands in for the e-mail of a subscriber, and another for the rules; both go at the end.
Sources: SNS Developer Guide ("Fanout to Amazon SQS queues"), EventBridge User Guide ("Permissions for SQS").
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from groundtrain.aws.preflight.services import Services
from groundtrain.events.dataset_announcement import GROUNDTRAIN
from groundtrain.events.image_check_event import STATES
from groundtrain.events.job_events import SAGEMAKER
from groundtrain.events.object_created import S3
from stacks.acceptance.waiting import eventually

NAMES = "groundtrain-acceptance-heard"
"""How the names of the queues and of the rule begin; no stack has such."""
Found = TypeVar("Found")


class Message(Struct, frozen=True, rename="pascal"):
    """What the topic delivers; alarms have the subject of CloudWatch."""

    message: str
    subject: str = ""

    @property
    def text(self) -> str:
        """Subject and message."""
        return f"{self.subject}\n{self.message}"


class Subscriptions:
    """Two queues, subscribed to the default bus and to the topic; made before anything happens.

    Attributes:
        messages, events: everything that came so far, in its order.
    """

    def __init__(self, services: Services, topic: str, seed: str, pause: float) -> None:
        self._sqs, self._pause = services("sqs"), pause
        self.messages: list[Message] = []
        self.events: list[dict[str, Any]] = []
        self._from_topic, arn = self._queue(f"{NAMES}-messages-{seed}", "sns.amazonaws.com", topic)
        services("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        bus, name = services("events"), f"{NAMES}-{seed}"
        pattern = json.dumps({"source": [SAGEMAKER, GROUNDTRAIN, S3, STATES]})
        rule = bus.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
        self._from_bus, arn = self._queue(f"{NAMES}-events-{seed}", "events.amazonaws.com", rule)
        bus.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

    def message(self, *words: str, since: int = 0, seconds: float = 120) -> Message | None:
        """The first message after so many that has all these words; None when none came in time."""
        return self._first(lambda: self._messages_with(words, since), seconds)

    def event(self, *words: str, seconds: float = 120) -> dict[str, Any] | None:
        """The first event whose text has all these words; None when none came in time."""
        return self._first(lambda: self._events_with(words), seconds)

    def subjects(self, word: str) -> list[str]:
        """Of every message so far that has this word."""
        return [it.subject for it in self._messages_with((word,), 0)]

    def listen(self, seconds: float) -> None:
        """Take in whatever comes in so many seconds."""
        self._first(lambda: iter(()), seconds)

    def _first(self, found: Callable[[], Iterator[Found]], seconds: float) -> Found | None:
        def first() -> Found | None:
            self._take()
            return next(found(), None)

        return eventually(first, seconds, self._pause)

    def _messages_with(self, words: tuple[str, ...], since: int) -> Iterator[Message]:
        return (it for it in self.messages[since:] if all(word in it.text for word in words))

    def _events_with(self, words: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        return (it for it in self.events if all(word in json.dumps(it) for word in words))

    def _take(self) -> None:
        self.messages += [msgspec.json.decode(body, type=Message) for body in self._receive(self._from_topic)]
        self.events += [json.loads(body) for body in self._receive(self._from_bus)]

    def _receive(self, url: str) -> Iterator[str]:
        while found := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def _queue(self, name: str, sender: str, source: str) -> tuple[str, str]:
        url = str(self._sqs.create_queue(QueueName=name)["QueueUrl"])
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = str(found["Attributes"]["QueueArn"])
        policy = json.dumps({"Version": "2012-10-17", "Statement": [_may_send(sender, source, arn)]})
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn


def _may_send(sender: str, source: str, queue: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": sender},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }


def stop_listening(services: Services) -> Iterator[str]:
    """Remove queues and rules of this and earlier runs; yields what was removed."""
    bus, sqs = services("events"), services("sqs")
    for rule in bus.list_rules(NamePrefix=NAMES)["Rules"]:
        ids = [target["Id"] for target in bus.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
        if ids:
            bus.remove_targets(Rule=rule["Name"], Ids=ids)
        bus.delete_rule(Name=rule["Name"])
        yield f"rule {rule['Name']}"
    for url in sqs.list_queues(QueueNamePrefix=NAMES).get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)
        yield f"queue {url.rpartition('/')[2]}"
