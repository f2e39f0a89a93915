"""Upload the images that are not in S3 yet, or are other ones there: several at a time, each once.

It may be interrupted anywhere: what was put is found again, by the records or by asking S3 for its digest.
"""

import hashlib
import mimetypes
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from groundtrain.aws.upload_store import UploadStore
from groundtrain.errors import GroundtrainError
from groundtrain.images.image_file import StoredObject
from groundtrain.images.image_store import look_at_each
from groundtrain.input_files import fix_for
from groundtrain.publishing.upload_records import StoredImage, known_images, write_record
from groundtrain.s3_addresses import S3Address

WORKERS = min(32, 8 * len(os.sched_getaffinity(0)))
"""Threads: they wait for the network most of the time; digests and sockets leave the interpreter alone."""
_IN_ONE_RECORD = 1000
_SECONDS = 20.0  # between two records at most, while images are uploaded
_UNKNOWN = "application/octet-stream"

Tell = Callable[[int, int], object]
"""Is told of images that are settled: how many, and their bytes."""


class UnfinishedUploadError(GroundtrainError):
    """The upload ended before all images were there."""


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


class Upload(Struct):
    """What became of the images.

    Attributes:
        sha256: digest of each in hex, by its key below the folder.
        there, new, replaced: how many were there, were uploaded, and were uploaded in place of another image.
        bytes: of those that were uploaded.
    """

    sha256: dict[str, str]
    there: int = 0
    new: int = 0
    replaced: int = 0
    bytes: int = 0

    def add(self, settled: Settled) -> None:
        """Count an image."""
        self.sha256[settled.image.key] = settled.image.sha256
        self.there += settled.kind == "there"
        self.new += settled.kind == "new"
        self.replaced += settled.kind == "replaced"
        self.bytes += settled.image.size if settled.kind != "there" else 0


def upload_images(
    images: Sequence[LocalImage],
    folder: S3Address,
    store: UploadStore,
    tell: Tell,
    *,
    dry_run: bool = False,
    workers: int = WORKERS,
) -> Upload:
    """Bring all images into a folder in S3.

    Args:
        images: each key once.
        folder: its key ends in "/".
        store: S3.
        tell: is called for each image.
        dry_run: only find out what would be uploaded.
        workers: threads.

    Raises:
        UnfinishedUploadError: S3 or the machine refused one; those before it are there.
    """
    if not images:
        return Upload({})
    uploading = _Uploading(folder, store, dry_run=dry_run)
    done, journal = Upload({}), _Journal(store, folder)
    by_key = {image.key: image for image in images}
    try:
        for key, settled in look_at_each(lambda key: uploading.settle(by_key[key]), by_key, workers=workers):
            assert isinstance(settled, Settled), key
            done.add(settled)
            tell(1, settled.image.size)
            if not (dry_run or settled.is_known):
                journal.add(settled.image)
    except GroundtrainError as error:
        raise _unfinished(error, len(done.sha256), len(images)) from error
    finally:
        with suppress(GroundtrainError):  # an image without a record is asked for one by one
            journal.write()
    return done


def _unfinished(error: GroundtrainError, done: int, total: int) -> UnfinishedUploadError:
    fix = f"{error.fix}; then run the same again, which goes on from there"
    return UnfinishedUploadError(f"{error.message}; {done:,} of {total:,} images are there", fix=fix)


class _Journal:
    """Writes down what is settled, in records of some length."""

    def __init__(self, store: UploadStore, folder: S3Address) -> None:
        self._store, self._folder = store, folder
        self._waiting: list[StoredImage] = []
        self._written = time.monotonic()

    def add(self, image: StoredImage) -> None:
        self._waiting.append(image)
        if len(self._waiting) >= _IN_ONE_RECORD or time.monotonic() - self._written > _SECONDS:
            self.write()

    def write(self) -> None:
        if self._waiting:
            images, self._waiting = self._waiting, []
            write_record(self._store, self._folder, images)
        self._written = time.monotonic()


class _Uploading:
    """Settles images, each in a thread of its own."""

    def __init__(self, folder: S3Address, store: UploadStore, *, dry_run: bool) -> None:
        self._folder, self._store, self._dry_run = folder, store, dry_run
        self._listed = dict(_listed(store, folder))
        self._known: Mapping[str, StoredImage] = known_images(store, folder, self._listed)

    def settle(self, image: LocalImage) -> Settled:
        """Find out whether the image is there, and put it there unless it is.

        Raises:
            GroundtrainError: the file cannot be read, or S3 refuses it.
        """
        try:
            with image.path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                size = os.fstat(file.fileno()).st_size
                if (there := self._there(image.key, size, sha256)) is not None:
                    return there
                file.seek(0)
                kind = "replaced" if image.key in self._listed else "new"
                address = S3Address(self._folder.bucket, self._folder.key + image.key)
                content_type = mimetypes.guess_type(image.key)[0] or _UNKNOWN
                etag = (
                    "" if self._dry_run else self._store.put(address, file, sha256, content_type=content_type)
                )
        except OSError as error:
            raise GroundtrainError(
                f"{image.path} cannot be read ({error.strerror})", fix=fix_for(error)
            ) from error
        return Settled(StoredImage(image.key, size, etag, sha256), kind)

    def _there(self, key: str, size: int, sha256: str) -> Settled | None:
        found = self._listed.get(key)
        if found is None or found.size != size:
            return None
        image = StoredImage(key, size, found.etag, sha256)
        if known := self._known.get(key):
            return Settled(image, "there", is_known=True) if known.sha256 == sha256 else None
        address = S3Address(self._folder.bucket, self._folder.key + key)
        return Settled(image, "there") if self._store.checksum(address) == sha256 else None


def _listed(store: UploadStore, folder: S3Address) -> Iterator[tuple[str, StoredObject]]:
    """All objects below a folder by their keys below it."""
    return ((key.removeprefix(folder.key), found) for key, found in store.listed(folder))
