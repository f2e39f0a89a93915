"""Folders in S3 in which a manifest that is put there starts the pipeline: `[labeling] uploads`."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from msgspec import Meta

from groundtrain.s3_addresses import SCHEME, parse_s3_address
from groundtrain.settings.mistakes import Mistake

MANIFEST = ".manifest"
"""How the keys end that start something; every other key starts nothing."""
CLASS_FILE = ".classes.json"
"""How the key of the label category file ends, in place of `.manifest`."""

# What IAM and EventBridge take for a wildcard or a variable is in no folder's name.
UploadFolder = Annotated[
    str,
    Meta(
        pattern=r'^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/)?(?!s3:)[^/*?$\\"\x00-\x1f\x7f][^*?$\\"\x00-\x1f\x7f]*$',
        max_length=500,
        description='a folder such as "manifests/", or "s3://bucket/manifests/" in an existing bucket,'
        ' without * ? $ \\ or "',
    ),
]
_WRITTEN_TO = re.compile(r"groundtrain-[a-z0-9]+-storage-(datasets|models|accesslogs)")


class WatchedFolder(NamedTuple):
    """A bucket and the beginning of the keys that are watched in it, which ends in "/"."""

    bucket: str
    prefix: str

    def has(self, bucket: str, key: str) -> bool:
        """Whether a key is that of a manifest in this folder, or in a folder below it."""
        return bucket == self.bucket and key.startswith(self.prefix) and key.endswith(MANIFEST)


def watched_folder(upload: str, own_bucket: str) -> WatchedFolder:
    """The folder that a setting names; without a bucket it lies in the one that the stack makes."""
    if not upload.startswith(SCHEME):
        return WatchedFolder(own_bucket, upload)
    return WatchedFolder(*parse_s3_address(upload))


def is_in_own_bucket(upload: str) -> bool:
    """Whether the folder lies in the bucket that the stack makes."""
    return not upload.startswith(SCHEME)


def upload_mistakes(uploads: tuple[str, ...], *, create_bucket: bool) -> Iterator[Mistake]:
    """Folders that cannot be watched, or must not be."""
    for upload in uploads:
        if not upload.endswith("/"):
            yield Mistake(
                "labeling.uploads",
                f'"{upload}" does not end in "/", so that it would be the beginning of other folders\' names,'
                " too",
                f'write "{upload}/"',
            )
        if is_in_own_bucket(upload) and not create_bucket:
            yield Mistake(
                "labeling.uploads",
                f'"{upload}" would lie in the bucket that the stack makes, which create_bucket = false leaves'
                " unused",
                f'write "s3://bucket/{upload}", or set create_bucket = true',
            )
        if _WRITTEN_TO.match(watched_folder(upload, "").bucket):
            yield Mistake(
                "labeling.uploads",
                f'"{upload}" lies in a bucket that the functions of an environment write manifests to, which'
                " would start the pipeline again and again",
                "name a folder that only people and other tools write to",
            )
