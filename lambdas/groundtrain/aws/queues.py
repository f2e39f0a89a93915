"""The queues between the steps: what a function receives, and how it postpones or sends a message."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_FIRST_DELAY = 30  # seconds
_LONGEST_DELAY = 6 * 3600  # SQS hides a message for 12 hours at most, counted from when it was received


class Delivery(Struct, frozen=True):
    """A message as the function receives it; `number` counts its deliveries from 1.

    `id` is SQS's message id: the same at every delivery and in the dead-letter queue.
    """

    id: str
    body: str
    receipt: str
    number: int


def read_delivery(record: dict[str, Any]) -> Delivery:
    """One of the messages in the event that Lambda passes to a function for a queue."""
    return Delivery(
        id=record["messageId"],
        body=record["body"],
        receipt=record["receiptHandle"],
        number=int(record["attributes"]["ApproximateReceiveCount"]),
    )


def delay_after(number: int) -> int:
    """Seconds to wait after the delivery of that number: 30, 60, 120 … up to six hours."""
    return int(min(_FIRST_DELAY * 2 ** min(number - 1, 16), _LONGEST_DELAY))


def postpone(sqs: "SQSClient", queue_url: str, delivery: Delivery, *, after: int) -> None:
    """Hide the message for `after` seconds; the function must still report it as failed, or raise.

    Without this it stays hidden for the queue's visibility timeout: six times the function's timeout.
    """
    sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=delivery.receipt, VisibilityTimeout=after)


def created_at(sqs: "SQSClient", queue_url: str) -> datetime:
    """When the queue was made, to the second."""
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["CreatedTimestamp"])
    return datetime.fromtimestamp(float(found["Attributes"]["CreatedTimestamp"]), UTC)


def send(sqs: "SQSClient", queue_url: str, body: dict[str, Any]) -> None:
    """Put a message on a queue."""
    sqs.send_message(QueueUrl=queue_url, MessageBody=msgspec.json.encode(body).decode())
