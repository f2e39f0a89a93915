"""Images in S3."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError, ParamValidationError

from groundtrain.aws.aws_errors import (
    AccessError,
    code_of,
    is_about_key,
    is_about_one_object,
    is_denied,
    is_malformed,
    is_missing,
    text_of,
)
from groundtrain.aws.s3 import explained
from groundtrain.errors import GroundtrainError
from groundtrain.images.existence import SMALLEST_SHARE, ListedPage, locate
from groundtrain.images.image_file import ImageError, Part, StoredObject
from groundtrain.s3_addresses import AddressError, S3Address, is_of_old_kind, parse_s3_address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef


class _Conditions(TypedDict, total=False):
    IfMatch: str


class S3ImageStore:
    """Images in general-purpose buckets, whose listings are sorted; needs few requests.

    Args:
        s3: the client.
        within: the only buckets that requests are sent to; None for any.
        denials_are_faults: whether an image that may not be read is at fault itself. If not, the refusal is
            raised, since it tells of permissions and keys, and nothing of the image.
    """

    _smallest_share = SMALLEST_SHARE

    def __init__(
        self,
        s3: "S3Client",
        within: Collection[str] | None = None,
        *,
        denials_are_faults: bool = True,
    ) -> None:
        self._s3 = s3
        self._within = within
        self._denials_are_faults = denials_are_faults

    def locate(
        self, uris: Iterable[str], *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        """Each URI in its order, with size and ETag; None when nothing is there.

        Raises:
            AccessError: a bucket may not be listed (s3:ListBucket), or is not among those to be asked.
        """
        return locate(self, uris, on_progress=on_progress, smallest_share=self._smallest_share)

    def why_missing(self, uri: str) -> str:  # noqa: ARG002 - a bucket has one place for it
        """The same for all: the URI itself is the place."""
        return "there is no such object"

    def read_range(self, uri: str, start: int, length: int) -> Part:
        """Some bytes, with size and ETag of the whole (GetObject).

        Raises:
            ImageError: missing, or may not be read, where that is a fault.
            AccessError, ClientError: may not be read, where that is none; or S3 is busy.
        """
        try:
            address = parse_s3_address(uri)
            self.refuse_other_buckets(address.bucket)
            answer = self._s3.get_object(
                Bucket=address.bucket,
                Key=address.key,
                Range=f"bytes={start}-{start + length - 1}",
                **self._conditions(uri),
            )
        except (AccessError, AddressError) as error:
            raise ImageError(error.message, fix=error.fix) from error
        except ParamValidationError as error:
            raise ImageError(f"{uri} cannot be the address of an object", fix="correct it") from error
        except ClientError as error:
            if code_of(error) == "InvalidRange":  # nothing at `start`: the object is empty, or shorter
                return Part(b"", self.find(address.bucket, address.key) or StoredObject(0))
            raise self._as_image_error(error, address) from error
        return Part(answer["Body"].read(), _whole(answer))

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """One object (HeadObject).

        Raises:
            AccessError
        """
        self.refuse_other_buckets(bucket)
        try:
            head = self._s3.head_object(Bucket=bucket, Key=key)
        except ParamValidationError:
            return None  # no bucket can have this name
        except ClientError as error:
            if _is_missing(error, bucket) or (is_malformed(error) and self._answers(bucket, key)):
                return None
            raise explained(error, S3Address(bucket, key)) from error
        return StoredObject(head["ContentLength"], head["ETag"].strip('"'))

    def list_page(self, bucket: str, prefix: str, after: str) -> ListedPage:
        """Up to 1,000 keys behind `after` (ListObjectsV2); none in a bucket that does not exist.

        Raises:
            AccessError
        """
        self.refuse_other_buckets(bucket)
        try:
            page = self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=after)
        except ParamValidationError:
            return ListedPage({}, None)
        except ClientError as error:
            if _is_missing(error, bucket):
                return ListedPage({}, None)
            raise explained(error, S3Address(bucket, prefix)) from error
        contents = page.get("Contents", [])
        objects = {each["Key"]: StoredObject(each["Size"], each["ETag"].strip('"')) for each in contents}
        reached = contents[-1]["Key"] if contents else after  # S3 may cut a page short, even to nothing
        return ListedPage(objects, reached if page["IsTruncated"] else None)

    def refuse_other_buckets(self, bucket: str) -> None:
        """Send nothing to others: a bucket's owner learns of every request, and of the key it asks for.

        Raises:
            AccessError: the bucket is not among those to be asked.
        """
        if self._within is not None and bucket not in self._within:
            raise AccessError(
                f'images lie in bucket "{bucket}", which the environment does not name',
                fix="add it to labeling.buckets and deploy again, or take those lines out",
            )

    def _conditions(self, uri: str) -> _Conditions:  # noqa: ARG002 - whatever is there is read
        return {}

    def _as_image_error(self, error: ClientError, address: S3Address) -> Exception:
        if not self._denials_are_faults and (is_denied(error) or is_about_key(error)):
            return explained(error, address)
        if is_about_one_object(error):
            return ImageError(
                f"S3 does not give it: {text_of(error)} ({code_of(error)})", fix="see what S3 says"
            )
        reason = explained(error, address)
        return ImageError(reason.message, fix=reason.fix) if isinstance(reason, GroundtrainError) else reason

    def _answers(self, bucket: str, key: str) -> bool:
        """Whether the bucket answers otherwise, so that a refusal is about the key alone.

        HEAD says 400 to a key that it does not like as well as to a session that has expired.
        """
        try:
            self.list_page(bucket, key[: key.rfind("/") + 1], "")
        except (ClientError, GroundtrainError):
            return False
        return True


class ImageChangedError(GroundtrainError):
    """An image was replaced or deleted between two looks at it; looking at it again from the start helps."""


class PinnedImageStore(S3ImageStore):
    """The same, and what is read of an image is of the version that was located before.

    That S3 compares versions before ranges, also of an empty object, is not confirmed (C31).
    """

    # of the 200 lines of a shard: four HEAD at once, and three more LIST where keys are dense
    _smallest_share = 50

    def __init__(self, s3: "S3Client", within: Collection[str] | None = None) -> None:
        super().__init__(s3, within, denials_are_faults=False)
        self._etags: dict[str, str] = {}

    def locate(
        self, uris: Iterable[str], *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        """As S3ImageStore."""
        for uri, stored in super().locate(uris, on_progress=on_progress):
            if stored is not None:
                self._etags[uri] = stored.etag
            yield uri, stored

    def _conditions(self, uri: str) -> _Conditions:
        return {"IfMatch": f'"{self._etags[uri]}"'} if uri in self._etags else {}

    def _as_image_error(self, error: ClientError, address: S3Address) -> Exception:
        """An ImageChangedError where the image is another one now, or gone."""
        if code_of(error) == "PreconditionFailed" or is_missing(error):
            return ImageChangedError(
                f"{address} changed while it was looked at", fix="look again once nothing writes to it"
            )
        return super()._as_image_error(error, address)


def _is_missing(error: ClientError, bucket: str) -> bool:
    """S3 refuses names that only old buckets have where there is none; to HEAD it answers 400 alone."""
    refused = code_of(error) in ("InvalidBucketName", "400") and is_of_old_kind(bucket)
    return refused or is_missing(error)


def _whole(answer: "GetObjectOutputTypeDef") -> StoredObject:
    size = answer["ContentRange"].rpartition("/")[2]  # "bytes 0-16383/98304"
    return StoredObject(int(size), answer["ETag"].strip('"'))
