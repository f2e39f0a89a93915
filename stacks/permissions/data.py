"""Grants for objects and their encryption keys that several roles share."""

from typing import Any

from stacks.grants import Grant, allow
from stacks.regions import service_in
from stacks.resources import Resources


def objects(buckets: list[str]) -> list[str]:
    """ARNs of all objects in the buckets."""
    return [f"{bucket}/*" for bucket in buckets]


def use_key_of_labels(resources: Resources, *actions: str) -> list[Grant]:
    """Grant use of the keys of existing buckets, which are unknown.

    The encryption context that S3 sends is the bucket with bucket keys, and the object without.
    """
    if not resources.environment.labeling.buckets:
        return []
    named = [*resources.labeling_buckets, *objects(resources.labeling_buckets)]
    when = {**by_way_of(resources, "s3"), "StringLike": {"kms:EncryptionContext:aws:s3:arn": named}}
    reason = "Keys of existing buckets are unknown; only S3 may use them, only for objects of those buckets."
    return [allow(*actions, on=[resources.any_key], when=when, because=reason)]


def by_way_of(resources: Resources, *services: str) -> dict[str, dict[str, Any]]:
    """Condition for KMS calls: made through one of these services (kms:ViaService)."""
    names = [service_in(resources.environment.region, service) for service in services]
    return {"StringEquals": {"kms:ViaService": names}}
