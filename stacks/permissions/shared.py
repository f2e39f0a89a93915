"""Grants that several roles share: objects and their keys, and a function's log, traces and queue."""

from collections.abc import Sequence
from typing import Any

from stacks.permissions.grants import NOTHING_NARROWER, Grant, allow
from stacks.regions import service_in
from stacks.resource_arns import ResourceArns


def objects(buckets: list[str]) -> list[str]:
    """ARNs of all objects in the buckets."""
    return [f"{bucket}/*" for bucket in buckets]


def use_key_of_labels(arns: ResourceArns, *actions: str, also: Sequence[str] = ()) -> list[Grant]:
    """Grant use of the keys of existing buckets, which are unknown; `also` are further buckets.

    The encryption context that S3 sends is the bucket with bucket keys, and the object without.
    """
    if not (arns.environment.labeling.buckets or also):
        return []
    buckets = [*arns.labeling_buckets, *also]
    when = {
        **by_way_of(arns, "s3"),
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [*buckets, *objects(buckets)]},
    }
    reason = "Keys of existing buckets are unknown; only S3 may use them, only for objects of those buckets."
    return [allow(*actions, on=[arns.any_key], when=when, because=reason)]


def by_way_of(arns: ResourceArns, *services: str) -> dict[str, dict[str, Any]]:
    """Condition for KMS calls: made through one of these services (kms:ViaService)."""
    names = [service_in(arns.environment.region, service) for service in services]
    return {"StringEquals": {"kms:ViaService": names}}


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
