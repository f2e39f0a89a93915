"""What was uploaded, with its digest: records beside the images, so that a listing tells what is there.

A listing has no digests. So each part of an upload leaves a record of its images, an object of its own below
`.uploads/` in their folder, which the same listing finds. A record holds as long as S3 lists the size and the
ETag that were written down; for all other images S3 is asked one by one.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.upload_store import UploadStore
from groundtrain.images.image_file import StoredObject
from groundtrain.s3_addresses import S3Address

FOLDER = ".uploads/"
"""Below the folder of the images; no image of a person has such a name."""


class StoredImage(Struct, frozen=True, gc=False):
    """An image in S3; `key` is below the folder of the images, `sha256` in hex."""

    key: str
    size: int
    etag: str
    sha256: str


_decode_lines = msgspec.json.Decoder(StoredImage).decode_lines


def known_images(
    store: UploadStore, folder: S3Address, listed: Mapping[str, StoredObject]
) -> dict[str, StoredImage]:
    """The images whose content is known, by their keys below the folder.

    Args:
        store: where they are.
        folder: of the images.
        listed: all objects below it, by their keys below it.
    """
    known: dict[str, StoredImage] = {}
    for key in listed:
        if key.startswith(FOLDER):
            record = _read(store, S3Address(folder.bucket, folder.key + key))
            known |= {image.key: image for image in record if _holds(image, listed.get(image.key))}
    return known


def write_record(store: UploadStore, folder: S3Address, images: Iterable[StoredImage]) -> None:
    """Write down what was uploaded."""
    body = b"\n".join(map(msgspec.json.encode, images)) + b"\n"
    digest = hashlib.sha256(body).hexdigest()
    address = S3Address(folder.bucket, f"{folder.key}{FOLDER}{digest[:20]}.jsonl")
    store.put(address, io.BytesIO(body), digest, content_type="application/x-ndjson")


def _holds(image: StoredImage, found: StoredObject | None) -> bool:
    return found is not None and (image.size, image.etag) == (found.size, found.etag)


def _read(store: UploadStore, address: S3Address) -> list[StoredImage]:
    """One record; none where it cannot be understood, so that S3 is asked instead."""
    try:
        return _decode_lines(store.read(address))
    except (msgspec.DecodeError, MissingObjectError):
        return []
