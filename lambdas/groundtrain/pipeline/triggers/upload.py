"""A manifest that was put into S3 as a trigger: whoever labeled, with whatever, its labels are trained on.

What tells one upload from another is bucket, key and content, never its event: events come several times, in
any order, and the same bytes may be put there again. Version id and ETag only say which bytes are read.
"""

import hashlib
import re
from datetime import UTC, datetime

from groundtrain.aws.clients import Clients
from groundtrain.aws.manifest_store import ContentManifest, ManifestChangedError, find_content
from groundtrain.aws.uploads import KnownContent, keep_digest, known_digest
from groundtrain.errors import NotReadyError
from groundtrain.events.object_created import UploadedObject
from groundtrain.pipeline.function_limits import is_too_large
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.uploads import CLASS_FILE, MANIFEST

_LONGEST = 40  # characters of what is left of the key in a name
_DIGEST = 10


def labeled_by_upload(upload: UploadedObject, aws: Clients, datasets_bucket: str) -> LabeledManifest:
    """The manifest as it was put there, with the label category file beside it if there is one.

    A bucket without versions has only the last of several uploads to a key; that one is read then. The label
    attribute is left to the settings: there the only one counts, or the one that they name. The digest of
    what was read is kept in the datasets bucket, for the sweep.

    Raises:
        NotReadyError: it was replaced while it was read.
        MissingObjectError: it was deleted.
        AccessError
    """
    address = S3Address(upload.bucket, upload.key)
    manifest = find_content(aws.s3, address, upload.version)
    if is_too_large(manifest.size):  # and is refused, so that S3's word for its content is enough
        manifest = ContentManifest(
            aws.s3, address, manifest.s3_etag, manifest.size, digest=f"etag-{manifest.s3_etag}"
        )
    try:
        digest = manifest.etag()
    except ManifestChangedError as error:
        raise NotReadyError(str(error)) from error
    keep_digest(aws.s3, datasets_bucket, KnownContent(str(address), manifest.s3_etag, digest))
    return _labeled(manifest, address)


def labeled_if_known(upload: UploadedObject, aws: Clients, datasets_bucket: str) -> LabeledManifest | None:
    """The same without reading the manifest; None where nobody has read this version."""
    if digest := known_digest(aws.s3, datasets_bucket, upload):
        address = S3Address(upload.bucket, upload.key)
        return _labeled(ContentManifest(aws.s3, address, upload.etag, 0, digest=digest), address)
    return None


def _labeled(manifest: ContentManifest, address: S3Address) -> LabeledManifest:
    return LabeledManifest(
        name=name_of_upload(address),
        identity=str(address),
        title=str(address),
        manifest=manifest,
        category_file=f"{str(address).removesuffix(MANIFEST)}{CLASS_FILE}",
        settled=datetime.now(UTC),
    )


def name_of_upload(address: S3Address) -> str:
    """The name of what is made of a manifest at this address, in letters, digits, hyphens and one dot.

    Two addresses have two names. The dot is in no name of a labeling job, so that no upload has one's name.
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", address.key.removesuffix(MANIFEST).partition("/")[2])
    end = words[-_LONGEST:].strip("-") or "manifest"
    return f"{end}.{hashlib.sha256(str(address).encode()).hexdigest()[:_DIGEST]}"
