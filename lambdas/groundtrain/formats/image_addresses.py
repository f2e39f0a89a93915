"""Addresses in S3 of images that a format names by a path."""

import re

from groundtrain.errors import ManifestError, SettingsError
from groundtrain.formats.labeled_items import LabeledItem
from groundtrain.formats.losses import Losses
from groundtrain.manifest.address_checks import address_errors, readable_address
from groundtrain.quantities import quoted
from groundtrain.s3_addresses import SCHEME, bucket_of, why_impossible

_DRIVE = re.compile(r"[A-Za-z]:/")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def folder_address(prefix: str) -> str:
    """The prefix as the address of a folder in S3, which ends in a slash.

    Raises:
        SettingsError: it is none.
    """
    if not prefix.startswith(SCHEME) or why_impossible(bucket_of(prefix)):
        raise SettingsError(f"{quoted(prefix)} is no folder in S3", fix="write s3://bucket/folder/")
    return prefix if prefix.endswith("/") else f"{prefix}/"


class ImageAddresses:
    """Gives each image its address, and counts those that were named before."""

    def __init__(self, prefix: str, losses: Losses) -> None:
        self._prefix, self._losses = prefix, losses
        self._seen: set[str] = set()

    def address(self, item: LabeledItem) -> str:
        """Address of an item's image: its name, or the prefix and its name.

        Raises:
            ManifestError: there is no prefix, the name leads out of its folder, or no object has the address.
        """
        address = item.name if item.name.startswith(SCHEME) else self._prefix + self._path(item)
        if readable_address(address) != address:
            reason = next((reason for _, reason in address_errors(address)), "s3:// is there twice")
            raise ManifestError(
                f"{item.place}: the image {quoted(item.name)} can be no object in S3: {reason}",
                fix="rename the image, and upload it under that name",
            )
        if address in self._seen:
            self._losses.oddity("images that are named again, each time on a line of its own", address)
        self._seen.add(address)
        return address

    def _path(self, item: LabeledItem) -> str:
        if _SCHEME.match(item.name):
            raise ManifestError(
                f"{item.place}: the image {quoted(item.name)} is in no bucket",
                fix="upload it to S3, and name it by its path below --image-prefix",
            )
        path = item.name
        if "\\" in path:
            path = path.replace("\\", "/")
            self._losses.detail(r"\ in names of images, written as /", item.name)
        path = path.removeprefix("./")
        if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/"):
            raise ManifestError(
                f"{item.place}: the image {quoted(item.name)} is not below the folder of the images",
                fix="name images by their path below one folder",
            )
        if not self._prefix:
            raise ManifestError(
                f"{item.place}: where the image {quoted(item.name)} is in S3 is not known",
                fix="add --image-prefix s3://bucket/folder/, which is put before its name",
            )
        return path
