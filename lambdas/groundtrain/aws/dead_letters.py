"""What a step could not do: its dead letters, why they lie there, and how they go on their way again.

SQS moves a message to the dead letters as it is, so the reason is not in it. It is in the function's log,
under the message's id; EventBridge and Lambda write it into what they themselves put there.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from groundtrain.decoding import decode_json
from groundtrain.errors import GroundtrainError
from groundtrain.events import job_name_of, parse_event

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_HIDDEN = 300  # seconds: from others who look at the same time, while we look
_SUFFIX = "DeadLettersUrl"
_NO_REASON = "the function left no reason: out of time or of memory, or it never began"


class Shelf(Struct, frozen=True):
    """The dead letters of one step.

    Attributes:
        queue: where they were to be worked on, "" for the sweep, which has no queue.
        log_group: of the step's function.
    """

    step: str
    dead_letters: str
    queue: str
    log_group: str


class DeadLetter(Struct, frozen=True):
    """A message that could not be worked on; `job` is the one it is about, "" when it names none."""

    id: str
    job: str
    reason: str
    since: datetime
    body: str
    receipt: str


def shelves(outputs: Mapping[str, str]) -> list[Shelf]:
    """The dead letters that a pipeline stack's outputs name."""
    steps = [name.removesuffix(_SUFFIX) for name in sorted(outputs) if name.endswith(_SUFFIX)]
    return [
        Shelf(
            step,
            outputs[f"{step}{_SUFFIX}"],
            outputs.get(f"{step}QueueUrl", ""),
            outputs.get(f"{step}LogGroup", ""),
        )
        for step in steps
    ]


def take_down(sqs: "SQSClient", logs: "CloudWatchLogsClient", shelf: Shelf) -> list[DeadLetter]:
    """The dead letters, hidden for five minutes from whoever else looks."""
    messages = _receive(sqs, shelf.dead_letters)
    reasons = _reasons_in_log(logs, shelf.log_group, messages)
    return [
        _read(message, _reason_in(message) or reasons.get(message["MessageId"], _NO_REASON))
        for message in messages
    ]


def put_back(sqs: "SQSClient", shelf: Shelf, letter: DeadLetter) -> None:
    """Leave the dead letter where it was."""
    sqs.change_message_visibility(
        QueueUrl=shelf.dead_letters, ReceiptHandle=letter.receipt, VisibilityTimeout=0
    )


def send_again(sqs: "SQSClient", shelf: Shelf, letter: DeadLetter) -> None:
    """Send it on its way, then take it off the shelf; ended between the two, it is worked on twice.

    The sweep's are only taken off: the next sweep looks for everything again.
    """
    if shelf.queue:
        sqs.send_message(QueueUrl=shelf.queue, MessageBody=letter.body)
    sqs.delete_message(QueueUrl=shelf.dead_letters, ReceiptHandle=letter.receipt)


def _receive(sqs: "SQSClient", queue: str) -> "list[MessageTypeDef]":
    """Every message once: when one comes back into sight, all have been seen."""
    seen: dict[str, MessageTypeDef] = {}
    while True:
        found = sqs.receive_message(
            QueueUrl=queue,
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
    return DeadLetter(
        id=message["MessageId"],
        job=_job_of(message["Body"]),
        reason=reason,
        since=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        body=message["Body"],
        receipt=message["ReceiptHandle"],
    )


def _job_of(body: str) -> str:
    try:
        event = parse_event(body)
        return str(event.detail.get("labeling_job") or job_name_of(event))
    except (msgspec.DecodeError, GroundtrainError):
        return ""


def _reason_in(message: "MessageTypeDef") -> str:
    """What EventBridge says (attribute ERROR_MESSAGE), or Lambda in its record of a failed call."""
    said = message.get("MessageAttributes", {}).get("ERROR_MESSAGE")
    if said is not None:
        return said.get("StringValue", "")
    answer = _decoded(message["Body"]).get("responsePayload")
    return str(answer.get("errorMessage", "")) if isinstance(answer, dict) else ""


def _reasons_in_log(
    logs: "CloudWatchLogsClient", log_group: str, messages: "Sequence[MessageTypeDef]"
) -> dict[str, str]:
    """The last reason that the function gave for each message, by its id."""
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
