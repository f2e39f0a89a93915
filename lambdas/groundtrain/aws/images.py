"""Whether the images that a manifest names are there, in few requests.

Keys of one folder lie together, so a folder is listed page by page (1,000 keys a request, in the order of
their UTF-8 bytes) as far as it is needed, and 8 bytes a key are kept. A folder that holds far more objects
than are asked for is not listed to its end: what lies beyond is asked for one by one.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundtrain.aws import s3 as objects
from groundtrain.aws.failures import is_missing
from groundtrain.aws.s3 import Address, AddressError, explained, parse_address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FREE_PAGES = 100
_QUESTIONS_PER_FURTHER_PAGE = 10


class ImageListing:
    """Answers whether an object exists; each folder as it was when it was first asked about."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3
        self._folders: dict[Address, _Folder] = {}

    def exists(self, uri: str) -> bool:
        """Whether there is such an object; what is no address of one in S3 does not exist.

        Raises:
            AccessError: its bucket may not be listed or read.
        """
        try:
            address = parse_address(uri)
        except AddressError:
            return False
        place = Address(address.bucket, address.key[: address.key.rfind("/") + 1])
        folder = self._folders.setdefault(place, _Folder(self._s3, place))
        known = folder.holds(address.key)
        return objects.exists(self._s3, address) if known is None else known


class _Folder:
    """The listed part of a folder: per page its last key and the sorted hashes of its keys."""

    def __init__(self, s3: "S3Client", place: Address) -> None:
        self._pages = _list_pages(s3, place)
        self._last_keys: list[str] = []
        self._hashes: list[array[int]] = []
        self._complete = False
        self._questions = 0

    def holds(self, key: str) -> bool | None:
        """Whether the key is there; None when the listing does not reach so far."""
        self._questions += 1
        while not self._reaches(key) and self._may_go_on():
            self._turn_page()
        if not self._reaches(key):
            return None
        page = bisect_left(self._last_keys, key)
        return page < len(self._hashes) and _contains(self._hashes[page], _hash(key))

    def _reaches(self, key: str) -> bool:
        return self._complete or (bool(self._last_keys) and key <= self._last_keys[-1])

    def _may_go_on(self) -> bool:
        return len(self._hashes) < _FREE_PAGES + self._questions // _QUESTIONS_PER_FURTHER_PAGE

    def _turn_page(self) -> None:
        keys = next(self._pages, None)
        if keys is None:
            self._complete = True
        elif keys:
            self._last_keys.append(keys[-1])
            self._hashes.append(array("Q", sorted(map(_hash, keys))))


def _list_pages(s3: "S3Client", place: Address) -> Iterator[list[str]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.key, Delimiter="/")
    try:
        for page in pages:
            yield [entry["Key"] for entry in page.get("Contents", [])]
    except ClientError as error:
        if not is_missing(error):
            raise explained(error, place) from error


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())


def _contains(hashes: "array[int]", wanted: int) -> bool:
    position = bisect_left(hashes, wanted)
    return position < len(hashes) and hashes[position] == wanted
