"""Grants that every function needs besides its own calls: log, trace, queue."""

from stacks.grants import Grant, allow
from stacks.permissions.reasons import NOTHING_NARROWER


def write_log(log_group: str) -> Grant:
    """Write to the function's own log group."""
    return allow("logs:CreateLogStream", "logs:PutLogEvents", on=[log_group])


def write_traces() -> Grant:
    """Write X-Ray traces, for active tracing."""
    traces = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
    return allow(*traces, on=["*"], because=NOTHING_NARROWER.format("traces"))


def consume(queue: str) -> Grant:
    """Read a queue as Lambda's event source does, and postpone a message."""
    read = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    return allow(*read, "sqs:ChangeMessageVisibility", on=[queue])


def keep_failed_calls(queue: str) -> Grant:
    """Send failed asynchronous invocations to a queue, which Lambda does with the function's role."""
    return allow("sqs:SendMessage", on=[queue])
