"""Names of images, from the addresses under which Label Studio shows them.

"Import data" and "Cloud storage" at labelstud.io: uploads lie under /data/upload/PROJECT/, with eight
hexadecimal digits before their names; /data/local-files/?d=PATH is a path below the root of local files.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from groundtrain.errors import ManifestError
from groundtrain.formats.losses import Losses
from groundtrain.quantities import quoted
from groundtrain.s3_addresses import SCHEME

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|tiff?|svg|heic|avif|jfif)$", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_UPLOAD = "/data/upload/"
_LOCAL = "/data/local-files/"
_HASH = re.compile(r"[0-9a-f]{8}-(?=.)")
_HOSTED = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
_PATHS = re.compile(r"s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")


def is_picture(address: str) -> bool:
    """Whether a text of a task's data is the address of an image."""
    text = address.strip()
    if "\n" in text or text.startswith(("data:image/", _LOCAL)):
        return "\n" not in text
    parts = urlsplit(text) if _WEB.match(text) else None
    path = unquote(parts.path) if parts else text
    return bool(_PICTURE.search(path)) or bool(parts and _LOCAL in parts.path)


class ImageNames:
    """Gives images the names that `LabeledItem.name` takes.

    Args:
        prefix: what addresses begin with; what follows it is the name.
        original: whether uploads are named as they were before Label Studio put a hash before their names.
    """

    def __init__(self, losses: Losses, *, prefix: str = "", original: bool = False) -> None:
        self._losses, self._prefix, self._original = losses, prefix, original
        self._uploads: dict[str, str] = {}

    def name(self, address: str, place: str) -> str:
        """The name of an image.

        Raises:
            ManifestError: it has none: the address is of the web, holds the image itself, or names no file.
        """
        if name := self._name(address, place):
            return name
        raise ManifestError(
            f"{place}: {quoted(address)} names no image", fix="name it in the data of the task"
        )

    def _name(self, address: str, place: str) -> str:
        if self._prefix and address.startswith(self._prefix):
            return unquote(address[len(self._prefix) :].partition("?")[0])
        if address.startswith(SCHEME):
            return address
        if address.startswith("data:"):
            raise ManifestError(
                f"{place}: the image is in the export itself (data:)",
                fix="write the images into files, upload them, and name them in the tasks",
            )
        path = _path_of(address)
        if path.startswith(_LOCAL):
            return _local_file(address)
        if path.startswith(_UPLOAD):
            return self._uploaded(unquote(path).rpartition("/")[2], place)
        return _in_s3(address, place) if _WEB.match(address) else address

    def _uploaded(self, stored: str, place: str) -> str:
        if not _HASH.match(stored):
            return stored
        if not self._original:
            self._losses.oddity(
                "uploads with the hash of Label Studio in their names (--original-names leaves it out)",
                stored,
            )
            return stored
        name = stored[9:]
        other = self._uploads.setdefault(name, stored)
        if other != stored:
            raise ManifestError(
                f"{place}: {quoted(stored)} and {quoted(other)} are two uploads of the name {quoted(name)}",
                fix="import without --original-names, and name the images in S3 as Label Studio stores them",
            )
        return name


def _path_of(address: str) -> str:
    return urlsplit(address).path if _WEB.match(address) else address.partition("?")[0]


def _local_file(address: str) -> str:
    return "".join(parse_qs(urlsplit(address).query, keep_blank_values=True).get("d", [""])).lstrip("/")


def _in_s3(address: str, place: str) -> str:
    """The address in S3 of an object that is named by its address in the web, signed or not."""
    parts = urlsplit(address)
    path = unquote(parts.path).removeprefix("/")
    if hosted := _HOSTED.fullmatch(parts.netloc):
        return f"{SCHEME}{hosted['bucket']}/{path}"
    if _PATHS.fullmatch(parts.netloc):
        return f"{SCHEME}{path}"
    raise ManifestError(
        f"{place}: the image {quoted(address)} is in the web, and in no bucket",
        fix="upload the images to S3; --address-prefix says what their addresses begin with, and what follows"
        " is put behind --image-prefix",
    )
