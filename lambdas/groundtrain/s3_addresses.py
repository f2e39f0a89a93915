"""Addresses of objects in S3, and what the name of a bucket or a key tells without asking S3.

Amazon S3 User Guide, "General purpose bucket naming rules".

Old buckets of us-east-1 may have capitals and underscores. An access point is named by its ARN, which is not
judged here. Keys are never decoded: S3 allows nearly every character in them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from groundtrain.errors import GroundtrainError

SCHEME = "s3://"
SHORTEST, LONGEST = 3, 63
LONGEST_KEY = 1024
"""Bytes of a key in UTF-8."""

_STRANGE = re.compile(r"[^A-Za-z0-9._-]")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_OLD = re.compile(r"[A-Z_]")


class AddressError(GroundtrainError):
    """The text is not the address of an object in S3."""


class S3Address(NamedTuple):
    """Bucket and key of an object, or of a folder, whose key ends in "/"."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"

    def beside(self, name: str) -> "S3Address":
        """The object `name` in the same folder; of an address that ends in "/", in that folder."""
        return S3Address(self.bucket, f"{self.key.rpartition('/')[0]}/{name}".lstrip("/"))


def parse_s3_address(text: str) -> S3Address:
    """Parse `s3://bucket/key`.

    Raises:
        AddressError: it is something else, or names no object.
    """
    address = _split(text)
    if not (text.startswith(SCHEME) and address.bucket and address.key):
        raise AddressError(f'"{text}" is not the address of an object in S3', fix="write s3://bucket/key")
    return address


def find_s3_address(text: str) -> S3Address | None:
    """The address; None when the text is no `s3://bucket/key` that S3 could hold."""
    address = _split(text)
    if not (text.startswith(SCHEME) and address.bucket and address.key):
        return None
    try:
        address.key.encode()
    except UnicodeEncodeError:
        return None
    return address if can_exist(address.bucket, address.key) else None


def bucket_of(text: str) -> str:
    """The bucket in `s3://bucket/key` or `s3://bucket`."""
    return _split(text).bucket


def key_of(text: str) -> str:
    """The key in `s3://bucket/key`."""
    return _split(text).key


@lru_cache(256)
def why_impossible(bucket: str) -> str:
    """Why no bucket has this name, in words; "" where one may."""
    if bucket.startswith("arn:"):
        return ""
    if strange := _STRANGE.search(bucket):
        return f"{_shown(strange[0])} is in no name of a bucket"
    if not SHORTEST <= len(bucket) <= LONGEST:
        return f"names of buckets have {SHORTEST} to {LONGEST} characters, not {len(bucket)}"
    if ".." in bucket:
        return "no name of a bucket has two dots in a row"
    if bucket[0] in ".-" or bucket[-1] in ".-":
        return "names of buckets begin and end with a letter or digit"
    return "no bucket is named like an IP address" if _ADDRESS.fullmatch(bucket) else ""


def is_of_old_kind(bucket: str) -> bool:
    """Whether only an old bucket of us-east-1 can have this name."""
    return bool(_OLD.search(bucket)) and not bucket.startswith("arn:") and not why_impossible(bucket)


def can_exist(bucket: str, key: str) -> bool:
    """Whether there may be such an object, as far as the text tells."""
    return not why_impossible(bucket) and len(key.encode("utf-8", "surrogatepass")) <= LONGEST_KEY


def _shown(character: str) -> str:
    return (
        "a space" if character == " " else character if character.isprintable() else f"U+{ord(character):04X}"
    )


def _split(text: str) -> S3Address:
    bucket, _, key = text.removeprefix(SCHEME).partition("/")
    return S3Address(bucket, key)
