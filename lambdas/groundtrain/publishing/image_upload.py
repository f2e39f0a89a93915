"""Upload the images that are not in S3 yet, or are other ones there: several at a time, each once.

It may be interrupted anywhere: what was put is found again, by the records or by asking S3 for its digest.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

from msgspec import Struct

from groundtrain.aws.upload_store import UploadStore
from groundtrain.errors import GroundtrainError
from groundtrain.images.image_store import look_at_each
from groundtrain.publishing.settled_image import Expected, LocalImage, Settled, settle
from groundtrain.publishing.upload_records import StoredImage, known_images, write_record
from groundtrain.s3_addresses import S3Address

WORKERS = min(32, 8 * len(os.sched_getaffinity(0)))
"""Threads: they wait for the network most of the time; digests and sockets leave the interpreter alone."""
WORTH_PROCESSES = 400
"""Images that are put by threads of this process in less time than further ones need to start."""
_IN_ONE_RECORD = 1000
_SECONDS = 20.0  # between two records at most, while images are uploaded

Spread = Callable[[Sequence[Expected]], Iterator[Settled]]
"""Settles images in further processes."""
Tell = Callable[[int, int], object]
"""Is told of images that are settled: how many, and their bytes."""


class UnfinishedUploadError(GroundtrainError):
    """The upload ended before all images were there."""


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
    spread: Spread | None = None,
) -> Upload:
    """Bring all images into a folder in S3.

    Args:
        images: each key once.
        folder: its key ends in "/".
        store: S3.
        tell: is called for each image.
        dry_run: only find out what would be uploaded.
        workers: threads.
        spread: takes images that are surely not there, where they are many; None keeps to the threads.

    Raises:
        UnfinishedUploadError: S3 or the machine refused one; those before it are there.
    """
    if not images:
        return Upload({})
    expected = {each.image.key: each for each in _expected(images, folder, store)}
    new = [each for each in expected.values() if each.is_new]
    further: Iterator[Settled] = iter(())
    if spread is not None and not dry_run and len(new) >= WORTH_PROCESSES:
        expected = {key: each for key, each in expected.items() if not each.is_new}
        further = spread(new)
    here = look_at_each(
        lambda key: settle(expected[key], folder, store, dry_run=dry_run), expected, workers=workers
    )
    done, journal = Upload({}), _Journal(store, folder)
    try:
        for settled in chain((settled for _, settled in here), further):
            assert isinstance(settled, Settled)  # an ImageError is never raised by it
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


def _expected(images: Sequence[LocalImage], folder: S3Address, store: UploadStore) -> list[Expected]:
    """The images with what a listing of the folder, and the records in it, say of each."""
    listed = {key.removeprefix(folder.key): found for key, found in store.listed(folder)}
    known = known_images(store, folder, listed)
    return [Expected(image, listed.get(image.key), known.get(image.key)) for image in images]
