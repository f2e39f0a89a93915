"""Step Functions' own event, and what is said of redriving.

Source: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge" (names,
times in milliseconds, input and output, what is left out above 248 KB); API Reference, DescribeExecution
(redriveStatus, redriveStatusReason). That a child of type STANDARD sends events of its own, of the state
machine `name/label`, is not confirmed (C33); a rule has to name the state machine.
"""

import json

from local import ministack_internals
from local.step_functions.accounts import Account, Execution, Json

STATE_CHANGE = "Step Functions Execution Status Change"
_MOST_BYTES = 248 * 1024


def publish(account: Account, execution: Execution) -> None:
    """Put the event of the execution's present status on the default bus."""
    detail = event_detail(execution)
    ministack_internals.emit(
        account.number, account.region, STATE_CHANGE, execution.arn, detail, source="aws.states"
    )


def event_detail(execution: Execution) -> Json:
    """The detail of an event."""
    taken = _escaped_bytes(execution.output)
    output = execution.output if taken <= _MOST_BYTES else None
    given = execution.input if _escaped_bytes(execution.input) + taken <= _MOST_BYTES else None
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.started),
        "stopDate": _milliseconds(execution.stopped),
        "input": given,
        "output": output,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": execution.redrives,
        "redriveDate": _milliseconds(execution.redriven),
        "redriveStatus": "NOT_REDRIVABLE" if not_redrivable(execution) else "REDRIVABLE",
        "redriveStatusReason": not_redrivable(execution),
        "inputDetails": {"included": given is not None},
        "outputDetails": None if execution.output is None else {"included": output is not None},
        "error": execution.error,
        "cause": execution.cause,
    }


def not_redrivable(execution: Execution) -> str | None:
    """Why the execution cannot be redriven, in the service's words, or None."""
    if execution.status in ("RUNNING", "SUCCEEDED"):
        return f"Execution is {execution.status} and cannot be redriven"
    return None


def _escaped_bytes(text: str | None) -> int:
    return 0 if text is None else len(json.dumps(text, ensure_ascii=False).encode())


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
