"""Empty a bucket: every version of every object, and the markers of deleted ones."""

from typing import TYPE_CHECKING

from groundtrain.errors import GroundtrainError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


class NotEmptiedError(GroundtrainError):
    """S3 did not delete all of a bucket's objects."""

    exit_code = 1


def empty_bucket(s3: "S3Client", bucket: str) -> int:
    """Delete everything in the bucket, and return how many versions and markers that were.

    Raises:
        NotEmptiedError: some of it cannot be deleted; names the first.
    """
    deleted = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        batch: list[ObjectIdentifierTypeDef] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]}
            for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        ]
        if batch:  # a page has 1,000 at most, as many as one call deletes
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
            if errors := answer.get("Errors"):
                first = errors[0]
                raise NotEmptiedError(
                    f"bucket {bucket}: {len(errors):,} objects were not deleted, the first is"
                    f" {first.get('Key')}: {first.get('Message')} ({first.get('Code')})",
                    fix="see what AWS says, and run it again",
                )
            deleted += len(batch)
    return deleted
