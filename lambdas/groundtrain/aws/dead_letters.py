"""Dead-letter queues: list the messages that failed, with the reason, and redrive them.

SQS moves a message to the dead-letter queue unchanged, so the reason is not in it. The function logs it under
the message's id; EventBridge and Lambda write it into the messages that they put there themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from groundtrain.events.subject import subject_of
from groundtrain.json_text import decode_json

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_HIDDEN = 300  # seconds that a received message is hidden from other readers
_SUFFIX = "DeadLettersUrl"
_NO_REASON = "the function left no reason: out of time or of memory, or it never began"


class DeadLetterQueue(Struct, frozen=True):
    """The dead-letter queue of one step.

    Attributes:
        source_url: the queue that its messages come from; "" for the sweep, which has none.
        log_group: of the step's function.
    """

    step: str
    url: str
    source_url: str
    log_group: str


class DeadLetter(Struct, frozen=True):
    """A message that could not be processed; `job` is the job or manifest it is about, "" for none."""

    id: str
    job: str
    reason: str
    since: datetime
    body: str
    receipt: str


def dead_letter_queues(outputs: Mapping[str, str]) -> list[DeadLetterQueue]:
    """The dead-letter queues that a pipeline stack's outputs name."""
    steps = [name.removesuffix(_SUFFIX) for name in sorted(outputs) if name.endswith(_SUFFIX)]
    return [
        DeadLetterQueue(
            step,
            outputs[f"{step}{_SUFFIX}"],
            outputs.get(f"{step}QueueUrl", ""),
            outputs.get(f"{step}LogGroup", ""),
        )
        for step in steps
    ]


def receive(sqs: "SQSClient", logs: "CloudWatchLogsClient", queue: DeadLetterQueue) -> list[DeadLetter]:
    """All dead letters of a queue; other readers do not see them for five minutes."""
    messages = _receive(sqs, queue.url)
    unknown, reasons = _NO_REASON, dict[str, str]()
    try:
        reasons = _reasons_in_log(logs, queue.log_group, messages)
    except Exception as error:  # noqa: BLE001 - a letter can be sent again although its reason is not known
        unknown = f"the function's log cannot be read: {error}"
    return [_read(message, reasons.get(message["MessageId"], unknown)) for message in messages]


def release(sqs: "SQSClient", queue: DeadLetterQueue, letter: DeadLetter) -> None:
    """Make a received dead letter visible to other readers again."""
    sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)


def redrive(sqs: "SQSClient", queue: DeadLetterQueue, letter: DeadLetter) -> None:
    """Send the message to its source queue, then delete it; a crash in between means it is processed twice.

    The sweep's messages are only deleted: the next sweep looks for everything again.
    """
    if queue.source_url:
        sqs.send_message(QueueUrl=queue.source_url, MessageBody=letter.body)
    sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=letter.receipt)


def _receive(sqs: "SQSClient", url: str) -> "list[MessageTypeDef]":
    """Every message once; when one becomes visible again, all have been received."""
    seen: dict[str, MessageTypeDef] = {}
    while True:
        found = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN,
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        new = {message["MessageId"]: message for message in found if message["MessageId"] not in seen}
        seen |= new
        if len(new) < len(found) or not found:
            return list(seen.values())


def _read(message: "MessageTypeDef", reason: str) -> DeadLetter:
    """Whatever is written in it, it is a letter that can be sent again."""
    try:
        job, reason = subject_of(message["Body"]), _reason_in(message) or reason
    except Exception as error:  # noqa: BLE001 - anybody may have written it
        job, reason = "", f"{reason} (it cannot be read: {error})"
    return DeadLetter(
        id=message["MessageId"],
        job=job,
        reason=reason,
        since=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        body=message["Body"],
        receipt=message["ReceiptHandle"],
    )


def _reason_in(message: "MessageTypeDef") -> str:
    """The reason from EventBridge (attribute ERROR_MESSAGE) or from Lambda's record of a failed call."""
    attribute = message.get("MessageAttributes", {}).get("ERROR_MESSAGE")
    if attribute is not None:
        return attribute.get("StringValue", "")
    answer = _decoded(message["Body"]).get("responsePayload")
    return str(answer.get("errorMessage", "")) if isinstance(answer, dict) else ""


def _reasons_in_log(
    logs: "CloudWatchLogsClient", log_group: str, messages: "Sequence[MessageTypeDef]"
) -> dict[str, str]:
    """The last reason that the function logged for each message, by message id."""
    if not (log_group and messages):
        return {}
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group,
        filterPattern='"reason"',
        startTime=min(int(message["Attributes"]["SentTimestamp"]) for message in messages),
    )
    lines = (_decoded(event["message"]) for page in pages for event in page["events"])
    return {
        str(line["message_id"]): str(line["reason"])
        for line in lines
        if {"message_id", "reason"} <= line.keys()
    }


def _decoded(text: str) -> dict[str, Any]:
    try:
        return decode_json(text, dict[str, Any])
    except msgspec.DecodeError:
        return {}
