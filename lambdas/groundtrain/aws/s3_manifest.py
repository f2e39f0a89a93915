"""Manifests in S3, for the command line."""

from groundtrain.aws.clients import connect
from groundtrain.aws.s3 import AddressError, S3Manifest, find_manifest, parse_address
from groundtrain.aws.service_errors import refusals_explained
from groundtrain.bucket_names import why_impossible

_SHORTEST = 3  # S3 answers HEAD of a shorter name with a mere 400, as it does to a session that has expired


def manifest_in_s3(uri: str) -> S3Manifest:
    """A manifest in S3, read with the credentials of the process.

    Raises:
        AddressError, MissingObjectError
        AccessError: permissions do not reach it, or there are no credentials, no region, no connection.
    """
    bucket = parse_address(uri).bucket
    if reason := why_impossible(bucket) or (
        "names have 3 characters at least" if len(bucket) < _SHORTEST else ""
    ):
        raise AddressError(f'{uri}: no bucket is named "{bucket}": {reason}', fix="correct the address")
    with refusals_explained(uri):
        return find_manifest(connect().s3, uri)
