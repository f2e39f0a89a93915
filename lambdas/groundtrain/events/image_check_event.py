"""The event of an execution of the state machine that looks at images, when it has ended.

Sources: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge", where
the input is a text, and left out only beside 248 KB; EventBridge Events Reference, "AWS Step Functions
events": delivery is best effort.
"""

from typing import Any

import msgspec
from msgspec import Struct

from groundtrain.errors import GroundtrainError
from groundtrain.events.event import Event
from groundtrain.json_text import decode_json
from groundtrain.s3_addresses import S3Address

STATES = "aws.states"
EXECUTION_STATUS_CHANGE = "Step Functions Execution Status Change"
EXECUTION_END_STATUSES = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


class EndedImageCheck(Struct, frozen=True):
    """An execution that has ended.

    Attributes:
        execution: its ARN.
        state_machine: ARN of its state machine.
        status: one of `EXECUTION_END_STATUSES`.
        shards: its shards.jsonl.
        redrives: how often it had been let go on before that; None where the event does not say.
    """

    execution: str
    state_machine: str
    status: str
    shards: S3Address
    redrives: int | None = None


class _Detail(Struct, frozen=True, rename="camel"):
    """The detail of the event, as far as it is used; everything else in it is ignored."""

    execution_arn: str
    state_machine_arn: str
    status: str
    input: str
    redrive_count: int | None = None


class _Input(Struct, frozen=True):
    bucket: str
    key: str


def ended_image_check_of(event: Event) -> EndedImageCheck:
    """The execution that an event of Step Functions is about.

    Raises:
        GroundtrainError: the event names none that looks at images.
    """
    try:
        detail = msgspec.convert(event.detail, _Detail)
        given = decode_json(detail.input, _Input)
    except msgspec.MsgspecError as error:
        raise GroundtrainError(
            f"the event names no check of images ({error})",
            fix="send one with executionArn, stateMachineArn, status and input in its detail",
        ) from error
    shards = S3Address(given.bucket, given.key)
    return EndedImageCheck(
        detail.execution_arn, detail.state_machine_arn, detail.status, shards, detail.redrive_count
    )


def image_check_event(
    execution: str, state_machine: str, status: str, document: str, redrives: int = 0
) -> dict[str, Any]:
    """The event of an execution that has ended, as EventBridge delivers it; `document` is its input."""
    return {
        "source": STATES,
        "detail-type": EXECUTION_STATUS_CHANGE,
        "resources": [execution],
        "detail": {
            "executionArn": execution,
            "stateMachineArn": state_machine,
            "name": execution.rpartition(":")[2],
            "status": status,
            "input": document,
            "inputDetails": {"included": True},
            "redriveCount": redrives,
        },
    }
