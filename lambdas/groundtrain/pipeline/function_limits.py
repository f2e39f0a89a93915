"""What one function converts within its time and space: larger manifests are refused in words, not cut off.

A function that runs out of time or disk is tried eight times, in half a day, and leaves a dead letter without
a reason. The limits leave half of the time that was measured and calculated: docs/operations.md, "Manifests
of any size".
"""

from collections.abc import Collection, Iterator
from itertools import count
from typing import TYPE_CHECKING

from groundtrain.aws.image_store import S3ImageStore
from groundtrain.errors import ManifestError
from groundtrain.images.image_file import StoredObject
from groundtrain.manifest.lines import count_lines
from groundtrain.manifest.source import ManifestSource

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOST_BYTES = 2_000_000_000
"""Of a manifest. Its lines are written to the function's disk of 4,096 MiB, and rejected ones may double."""

MOST_LINES = 2_000_000

MOST_SINGLE_QUESTIONS = 200_000
"""HEAD requests, which are made where few of the objects in a listing are images of the manifest."""

_ON_A_MACHINE = (
    "convert it on a machine of yours (docs/operations.md, Manifests of any size), or split it into several"
)


def is_too_large(size: int) -> bool:
    """Whether a manifest of so many bytes is more than one function converts."""
    return size > MOST_BYTES


class LimitedManifest:
    """A manifest that one function can convert: reading more lines than that ends with an error.

    Args:
        manifest: in S3.

    Raises:
        ManifestError: it has more bytes than that; nothing is read.
    """

    def __init__(self, manifest: ManifestSource) -> None:
        self._manifest = manifest
        self.name, self.uri, self.size = manifest.name, manifest.uri, manifest.size
        if is_too_large(self.size):
            raise ManifestError(
                f"{self.name} has {self.size:,} bytes, and one function converts {MOST_BYTES:,}",
                fix=_ON_A_MACHINE,
            )

    def etag(self) -> str:
        """That of the manifest."""
        return self._manifest.etag()

    def open(self) -> Iterator[bytes]:
        """The bytes, see `ManifestSource.open`.

        Raises:
            ManifestError: also when there are too many lines, as soon as they were read.
        """
        lines = 0
        for chunk in self._manifest.open():
            lines += count_lines(chunk) - (not chunk.endswith(b"\n"))
            if lines > MOST_LINES:
                raise ManifestError(
                    f"{self.name} has more than {MOST_LINES:,} lines, and one function converts no more",
                    fix=_ON_A_MACHINE,
                )
            yield chunk


class LimitedImageStore(S3ImageStore):
    """Images in the environment's buckets, of which one function asks for so many one by one, and no more.

    Args:
        s3: the client.
        within: the only buckets that requests are sent to.
    """

    def __init__(self, s3: "S3Client", within: Collection[str]) -> None:
        super().__init__(s3, within, denials_are_faults=False)
        self._asked = count(1)  # whose next number is taken by one thread at a time

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """See `S3ImageStore.find`.

        Raises:
            AccessError
            ManifestError: that were too many questions.
        """
        if next(self._asked) > MOST_SINGLE_QUESTIONS:
            raise ManifestError(
                f"more than {MOST_SINGLE_QUESTIONS:,} images have to be asked for one by one, which takes one"
                " function longer than it may run: too many other objects lie between theirs",
                fix=f"put them into a folder of their own; or {_ON_A_MACHINE}",
            )
        return super().find(bucket, key)
