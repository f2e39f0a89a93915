"""Executions of a state machine of Step Functions, each known by its name.

Step Functions API reference. StartExecution: with name and input of one that is running it starts none, and
answers as the first call; of one that has ended, or has another input, it answers ExecutionAlreadyExists, for
90 days. A name has 80 characters at most. DescribeExecution: what it says may be a little old; its
`redriveCount`, which events have, too, grows when an execution is let go on.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of, denials_explained
from groundtrain.errors import GroundtrainError
from groundtrain.events.image_check_event import EXECUTION_END_STATUSES

_LONGEST = 300  # characters of a cause, which may have 32,768
_GONE = ("StateMachineDoesNotExist", "StateMachineDeleting", "InvalidArn")


class StateMachineError(GroundtrainError):
    """There is no such state machine, or no longer."""


class ExecutionExistsError(Exception):
    """One of this name has ended, or was started with another input."""


class Execution(Struct, frozen=True):
    """An execution.

    Attributes:
        arn: its ARN.
        status: RUNNING, PENDING_REDRIVE, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        reason: what Step Functions says of its failure; "" where it says nothing.
        redrives: how often it was let go on after a failure.
    """

    arn: str
    status: str
    reason: str = ""
    redrives: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether it will not go on by itself."""
        return self.status in EXECUTION_END_STATUSES


def arn_of_execution(state_machine: str, name: str) -> str:
    """ARN of an execution of a state machine, given the ARN of that.

    Step Functions Developer Guide, "Creating granular permissions for non-admin users": the resource
    `arn:aws:states:region:account:execution:stateMachineName:executionName`.
    """
    return f"{state_machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def find_execution(step_functions: Any, arn: str) -> Execution | None:
    """The execution with this ARN; None when there is none, or none any more.

    Raises:
        AccessError
        StateMachineError: there is no such state machine.
    """
    try:
        with denials_explained(arn):
            answer = step_functions.describe_execution(executionArn=arn)
    except ClientError as error:
        if code_of(error) == "ExecutionDoesNotExist":
            return None
        raise _explained(error, arn) from error
    said = (answer.get("error"), (answer.get("cause") or "")[:_LONGEST])
    return Execution(arn, answer["status"], ": ".join(filter(None, said)), answer.get("redriveCount", 0))


def start_execution(step_functions: Any, state_machine: str, name: str, document: dict[str, str]) -> None:
    """Start an execution unless it is running; `document` is its input.

    Raises:
        ExecutionExistsError: it has ended.
        AccessError
        StateMachineError: there is no such state machine.
    """
    try:
        with denials_explained(state_machine):
            step_functions.start_execution(
                stateMachineArn=state_machine, name=name, input=json.dumps(document, sort_keys=True)
            )
    except ClientError as error:
        if code_of(error) == "ExecutionAlreadyExists":
            raise ExecutionExistsError(name) from error
        raise _explained(error, state_machine) from error


def _explained(error: ClientError, arn: str) -> Exception:
    if code_of(error) in _GONE:
        return StateMachineError(f"there is no state machine for {arn}", fix="deploy again, which makes it")
    return error
