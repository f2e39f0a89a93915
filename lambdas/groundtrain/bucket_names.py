"""What the name of a bucket tells without asking S3.

Amazon S3 User Guide, "General purpose bucket naming rules".

Old buckets of us-east-1 may have capitals and underscores. An access point is named by its ARN, which is not
judged here.
"""

import re

SHORTEST, LONGEST = 3, 63
LONGEST_KEY = 1024
"""Bytes of a key in UTF-8."""

_STRANGE = re.compile(r"[^A-Za-z0-9._-]")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_OLD = re.compile(r"[A-Z_]")


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
