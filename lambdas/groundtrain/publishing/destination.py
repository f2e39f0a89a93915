"""Where an environment takes what people publish: folders in S3, from its settings and its stacks."""

import re

from msgspec import Struct

from groundtrain.errors import GroundtrainError
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment import Environment
from groundtrain.settings.uploads import CLASS_FILE, MANIFEST, WatchedFolder, watched_folder

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
"""What published labels may be called; it is a part of keys in S3, and of no pattern."""
_OTHERS = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 80
_NAMELESS = "labels"


class NoUploadsError(GroundtrainError):
    """The environment has no folder for manifests, or no bucket for images."""


class Destination(Struct, frozen=True):
    """Where labels of one name go.

    Attributes:
        name: of what is published.
        watched: all folders whose manifests start the pipeline; the first of them is written to.
        images_bucket: the bucket that images are put into.
        image_buckets: all buckets that images may lie in.
    """

    name: str
    watched: tuple[WatchedFolder, ...]
    images_bucket: str
    image_buckets: tuple[str, ...]

    @property
    def manifest(self) -> S3Address:
        """The manifest, which starts the pipeline."""
        folder = self.watched[0]
        return S3Address(folder.bucket, f"{folder.prefix}{self.name}{MANIFEST}")

    @property
    def classes(self) -> S3Address:
        """The label category file beside it."""
        return self.manifest.beside(f"{self.name}{CLASS_FILE}")

    @property
    def images(self) -> S3Address:
        """The folder of the images; those of another name lie in another."""
        return S3Address(self.images_bucket, f"images/{self.name}/")

    def image(self, name: str) -> S3Address:
        """Where an image of this name goes."""
        return S3Address(self.images_bucket, f"{self.images.key}{name}")

    def starts_something(self, address: S3Address) -> bool:
        """Whether an object put there would be taken for a manifest."""
        return any(folder.has(*address) for folder in self.watched)


def find_destination(environment: Environment, own_bucket: str, name: str) -> Destination:
    """Where labels of this name go in an environment.

    Args:
        environment: its settings.
        own_bucket: the labeling bucket that its stack makes, "" where the settings leave it unused.
        name: such as "yard".

    Raises:
        NoUploadsError: the settings name no folder for manifests, or no bucket for images.
    """
    labeling = environment.labeling
    refuse_without_uploads(environment)
    watched = tuple(watched_folder(upload, own_bucket) for upload in labeling.uploads)
    buckets = tuple(filter(None, (own_bucket, *labeling.buckets)))
    if not buckets:
        raise NoUploadsError(
            f'environment "{environment.name}" has no bucket for images',
            fix="set create_bucket = true in [labeling] of its settings, or name buckets, and deploy it",
        )
    first = watched[0].bucket
    return Destination(name, watched, own_bucket or (first if first in buckets else buckets[0]), buckets)


def refuse_without_uploads(environment: Environment) -> None:
    """Check that there is a folder whose manifests start the pipeline.

    Raises:
        NoUploadsError
    """
    if not environment.labeling.uploads:
        raise NoUploadsError(
            f'environment "{environment.name}" takes no manifests: [labeling] uploads names no folder',
            fix='set uploads = ["manifests/"] in [labeling] of its settings, and deploy it:'
            f" make deploy ENV={environment.name}",
        )


def usual_name(file_name: str) -> str:
    """What labels are called unless a person says: the file's name up to its first dot."""
    return _OTHERS.sub("-", file_name.partition(".")[0]).strip("-")[:_LONGEST].strip("-") or _NAMELESS
