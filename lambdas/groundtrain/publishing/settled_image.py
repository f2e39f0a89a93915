"""One image of this machine: whether it is in S3, and into S3 unless it is."""

import hashlib
import mimetypes
import os
from pathlib import Path

from msgspec import Struct

from groundtrain.aws.upload_store import UploadStore
from groundtrain.errors import GroundtrainError
from groundtrain.images.image_file import StoredObject
from groundtrain.input_files import fix_for
from groundtrain.publishing.upload_records import StoredImage
from groundtrain.s3_addresses import S3Address

_UNKNOWN = "application/octet-stream"


class LocalImage(Struct, frozen=True, gc=False):
    """A file of this machine, and its key below the folder of the images."""

    key: str
    path: Path
    size: int


class Settled(Struct, frozen=True, gc=False):
    """An image that is in S3 now, or would be.

    Attributes:
        kind: what became of it: it was there, is new, or replaces another image.
        is_known: whether a record says so.
    """

    image: StoredImage
    kind: str
    is_known: bool = False


class Expected(Struct, frozen=True, gc=False):
    """An image, and what is known of its key beforehand.

    Attributes:
        listed: the object that a listing has there, if any.
        known: what the records say of that object, if anything.
    """

    image: LocalImage
    listed: StoredObject | None = None
    known: StoredImage | None = None

    @property
    def is_new(self) -> bool:
        """Whether it surely has to be put."""
        return self.listed is None or self.listed.size != self.image.size


def settle(expected: Expected, folder: S3Address, store: UploadStore, *, dry_run: bool = False) -> Settled:
    """Find out whether the image is there, and put it there unless it is.

    Raises:
        GroundtrainError: the file cannot be read, or S3 refuses it.
    """
    image = expected.image
    try:
        with image.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            if (there := _there(expected, folder, store, size, sha256)) is not None:
                return there
            file.seek(0)
            kind = "replaced" if expected.listed else "new"
            address = S3Address(folder.bucket, folder.key + image.key)
            content_type = mimetypes.guess_type(image.key)[0] or _UNKNOWN
            etag = "" if dry_run else store.put(address, file, sha256, content_type=content_type)
    except OSError as error:
        raise GroundtrainError(
            f"{image.path} cannot be read ({error.strerror})", fix=fix_for(error)
        ) from error
    return Settled(StoredImage(image.key, size, etag, sha256), kind)


def _there(
    expected: Expected, folder: S3Address, store: UploadStore, size: int, sha256: str
) -> Settled | None:
    found, known = expected.listed, expected.known
    if found is None or found.size != size:
        return None
    image = StoredImage(expected.image.key, size, found.etag, sha256)
    if known:
        return Settled(image, "there", is_known=True) if known.sha256 == sha256 else None
    address = S3Address(folder.bucket, folder.key + expected.image.key)
    return Settled(image, "there") if store.checksum(address) == sha256 else None
