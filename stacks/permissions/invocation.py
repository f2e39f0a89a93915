"""What every function does besides its own calls: log, trace, and take its messages."""

from stacks.grants import Grant, allow
from stacks.permissions.reasons import NOTHING_NARROWER


def write_log(log_group: str) -> Grant:
    """What a function does with its own log group."""
    return allow("logs:CreateLogStream", "logs:PutLogEvents", on=[log_group])


def write_traces() -> Grant:
    """What active tracing does."""
    traces = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
    return allow(*traces, on=["*"], because=NOTHING_NARROWER.format("traces"))


def consume(queue: str) -> Grant:
    """What Lambda's event source does with the queue a function reads, and putting off a message."""
    read = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    return allow(*read, "sqs:ChangeMessageVisibility", on=[queue])


def keep_failed_calls(queue: str) -> Grant:
    """What Lambda does under a function's role with calls of it that failed for good."""
    return allow("sqs:SendMessage", on=[queue])
