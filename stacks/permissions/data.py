"""Objects and the keys they are encrypted with: what several roles reach in the same way."""

from typing import Any

from stacks.grants import Grant, allow
from stacks.resources import Resources


def objects(buckets: list[str]) -> list[str]:
    """Everything in the buckets, as ARNs."""
    return [f"{bucket}/*" for bucket in buckets]


def use_key_of_labels(at: Resources, *actions: str) -> list[Grant]:
    """Existing buckets may be encrypted with keys we don't know.

    With bucket keys S3 names the bucket as the encryption context, without them the object.
    """
    if not at.environment.labeling.buckets:
        return []
    named = [*at.labeling_buckets, *objects(at.labeling_buckets)]
    when = {**by_way_of(at, "s3"), "StringLike": {"kms:EncryptionContext:aws:s3:arn": named}}
    reason = "Keys of existing buckets are unknown; only S3 may use them, only for objects of those buckets."
    return [allow(*actions, on=[at.any_key], when=when, because=reason)]


def by_way_of(at: Resources, *services: str) -> dict[str, dict[str, Any]]:
    """Condition on a KMS call: made by one of these services for the role."""
    names = [f"{service}.{at.stack.region}.amazonaws.com" for service in services]
    return {"StringEquals": {"kms:ViaService": names}}
