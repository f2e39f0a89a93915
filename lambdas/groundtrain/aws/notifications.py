"""Messages to the people who subscribed to the environment's topic.

SNS keeps no ledger, so there is one in the datasets bucket: `messages/<id>.json`, the message itself, written
once SNS has taken it. What is there is not sent again. A crash between the two, or two workers at the same
moment, may send a message twice; every copy carries the same id, as its attribute `id`.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.aws.s3 import Address

if TYPE_CHECKING:
    from groundtrain.aws.clients import Clients
    from groundtrain.report.message import Message


class People(Struct, frozen=True):
    """Who is told, by their topic, and the bucket that keeps what they were told."""

    topic_arn: str
    ledger_bucket: str


def tell(aws: "Clients", people: People, message: "Message") -> bool:
    """Send a message, unless it was sent before; whether it was sent now."""
    if was_told(aws, people.ledger_bucket, message.id):
        return False
    aws.sns.publish(
        TopicArn=people.topic_arn,
        Subject=_as_subject(message.subject),
        Message=message.text,
        MessageAttributes={"id": {"DataType": "String", "StringValue": message.id}},
    )
    kept = msgspec.json.format(msgspec.json.encode(message), indent=2) + b"\n"
    mark = _mark(people.ledger_bucket, message.id)
    objects.put_if_absent(aws.s3, mark, kept, content_type="application/json")
    return True


def was_told(aws: "Clients", ledger_bucket: str, message_id: str) -> bool:
    """Whether the message of this id was sent before, whatever its wording then."""
    return objects.exists(aws.s3, _mark(ledger_bucket, message_id))


def _mark(bucket: str, message_id: str) -> Address:
    return Address(bucket, f"messages/{message_id}.json")


def _as_subject(text: str) -> str:
    """SNS takes fewer than 100 printable ASCII characters in one line (API reference, Publish)."""
    one_line = " ".join(text.split())
    line = "".join(letter if " " <= letter <= "~" else "?" for letter in one_line)
    return line if len(line) < 100 else f"{line[:96]}..."
