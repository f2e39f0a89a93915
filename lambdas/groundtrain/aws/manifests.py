"""Manifests in S3, for the command line."""

from groundtrain.aws.clients import connect
from groundtrain.aws.failures import refusals_explained
from groundtrain.aws.s3 import S3Manifest, find_manifest


def manifest_in_s3(uri: str) -> S3Manifest:
    """A manifest in S3, read with the credentials of the process.

    Raises:
        AddressError, MissingObjectError
        AccessError: permissions do not reach it, or there are no credentials, no region, no connection.
    """
    with refusals_explained(uri):
        return find_manifest(connect().s3, uri)
