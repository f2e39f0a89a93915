"""Messages to the subscribers of the environment's SNS topic, each sent once.

SNS does not remember what it sent, so a copy is kept in the datasets bucket: `messages/<id>.json`, written
after SNS accepted the message. A message that has a copy is not sent again. A crash in between, or two
workers at the same moment, may send a message twice; both carry the same id in the attribute `id`.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.json_text import dump_json
from groundtrain.s3_addresses import S3Address

if TYPE_CHECKING:
    from groundtrain.aws.clients import Clients
    from groundtrain.output.messages.message import Message


class NotificationTopic(Struct, frozen=True):
    """The topic to publish to, and the bucket that keeps copies of sent messages."""

    arn: str
    ledger_bucket: str


def notify(aws: "Clients", topic: NotificationTopic, message: "Message") -> bool:
    """Send a message unless it was sent before; True when it was sent now."""
    if was_sent(aws, topic.ledger_bucket, message.id):
        return False
    aws.sns.publish(
        TopicArn=topic.arn,
        Subject=as_subject(message.subject),
        Message=message.text,
        MessageAttributes={"id": {"DataType": "String", "StringValue": message.id}},
    )
    copy = {"subject": str(message.subject), "text": str(message.text), "about": message.about}
    body = dump_json(copy, indent=2) + b"\n"
    address = _copy_of(topic.ledger_bucket, message.id)
    objects.put_if_absent(aws.s3, address, body, content_type="application/json")
    return True


def was_sent(aws: "Clients", ledger_bucket: str, message_id: str) -> bool:
    """Whether a message with this id was sent, whatever its wording."""
    return objects.exists(aws.s3, _copy_of(ledger_bucket, message_id))


def _copy_of(bucket: str, message_id: str) -> S3Address:
    return S3Address(bucket, f"messages/{message_id}.json")


def as_subject(text: str) -> str:
    """SNS takes fewer than 100 printable ASCII characters in one line (API reference, Publish)."""
    one_line = " ".join(text.split())
    line = "".join(letter if " " <= letter <= "~" else "?" for letter in one_line)
    return line if len(line) < 100 else f"{line[:96]}..."
