"""Manifests in S3, for the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError

from groundtrain.aws.clients import connect
from groundtrain.aws.failures import AccessError
from groundtrain.aws.s3 import S3Manifest, find_manifest


@contextmanager
def opened_in_s3(uri: str) -> Iterator[S3Manifest]:
    """A manifest in S3, read with the credentials of the process.

    Raises:
        AddressError, MissingObjectError
        AccessError: permissions do not reach it, or there are no credentials, no region, no connection.
    """
    try:
        yield find_manifest(connect().s3, uri)
    except BotoCoreError as error:
        raise AccessError(f"{uri}: {error}", fix="check credentials, region and network") from error
