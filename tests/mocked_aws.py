"""AWS in process: moto, the SageMaker fake on top of it, and what the stacks would have made."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from moto.sqs.models import sqs_backends

from groundtrain.aws.clients import Clients, connect
from groundtrain.events.dataset_announcement import GROUNDTRAIN
from tests.sagemaker_fake import ACCOUNT, REGION, SageMakerFake

LABELS, DATASETS, MODELS = "labels", "datasets", "models"
GROUP = "groundtrain-test"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/training"


@dataclass
class MockedAws:
    """Clients, the fake, and the queues that stand for whoever listens."""

    clients: Clients
    sagemaker: SageMakerFake
    topic: str
    mailbox: str
    bus: str

    def put(self, key: str, body: bytes | str, bucket: str = LABELS) -> str:
        self.clients.s3.put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    def get(self, key: str, bucket: str = DATASETS) -> bytes:
        return self.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def written(self, bucket: str = DATASETS) -> list[str]:
        found = self.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return [entry["Key"] for entry in found]

    def queue(self, name: str, made: datetime | None = None) -> str:
        """Make it, a month ago unless told: as its stack did."""
        url = self.clients.sqs.create_queue(QueueName=name)["QueueUrl"]
        when = made or datetime.now(UTC) - timedelta(days=30)
        sqs_backends[ACCOUNT][REGION].queues[name].created_timestamp = when.timestamp()
        return url

    def receive(self, url: str) -> list[Any]:
        """Take all messages of a queue."""
        bodies = []
        while messages := self.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                self.clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def mails(self) -> list[Any]:
        """What people were told since the last look."""
        return self.receive(self.mailbox)

    def events(self) -> list[Any]:
        """Our own events since the last look."""
        return self.receive(self.bus)


@pytest.fixture(scope="session")
def clients():
    """Made once for all tests: each new client reads its service's model again."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        connect.cache_clear()
        yield connect()
    connect.cache_clear()


@pytest.fixture
def aws(clients, monkeypatch):
    with mocked_aws(clients, monkeypatch) as mocked:
        yield mocked


@contextmanager
def mocked_aws(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockedAws]:
    """An AWS of its own, furnished."""
    monkeypatch.setattr("moto.sns.models.Subscription.private_key", lambda _: _signing_key())
    vars(connect()).update(vars(clients))  # whoever cleared the cache meanwhile, functions have these clients
    with mock_aws():
        yield _furnish(clients, SageMakerFake(monkeypatch))


@cache
def _signing_key() -> rsa.RSAPrivateKey:
    """What moto signs messages with: made once, where moto makes one for each subscription, in 30 ms."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _furnish(clients: Clients, sagemaker: SageMakerFake) -> MockedAws:
    for bucket in (LABELS, DATASETS, MODELS):
        clients.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    topic = clients.sns.create_topic(Name="people")["TopicArn"]
    mailbox, bus = (clients.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mailbox", "bus"))
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=_arn(mailbox))
    clients.events.put_rule(Name="ours", EventPattern=json.dumps({"source": [GROUNDTRAIN]}))
    clients.events.put_targets(Rule="ours", Targets=[{"Id": "bus", "Arn": _arn(bus)}])
    return MockedAws(clients, sagemaker, topic, mailbox, bus)


def _arn(queue_url: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_url.rpartition('/')[2]}"
