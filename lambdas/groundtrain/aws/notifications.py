"""Messages to the people who subscribed to the environment's topic."""

from typing import TYPE_CHECKING

from groundtrain.report.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def tell(sns: "SNSClient", topic_arn: str, message: Message) -> None:
    """Send a message. SNS keeps no ledger: when the call is repeated, the message is sent again."""
    sns.publish(TopicArn=topic_arn, Subject=_as_subject(message.subject), Message=message.text)


def _as_subject(text: str) -> str:
    """SNS takes fewer than 100 printable ASCII characters in one line (API reference, Publish)."""
    one_line = " ".join(text.split())
    line = "".join(letter if " " <= letter <= "~" else "?" for letter in one_line)
    return line if len(line) < 100 else f"{line[:96]}..."
