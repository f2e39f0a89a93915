"""Look at the images of a manifest before its dataset is made, as closely as the settings say.

What one function can do within its time is measured in docs/operations.md, "Images".
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from groundtrain.aws.clients import Clients
from groundtrain.aws.image_store import S3ImageStore
from groundtrain.dataset.passes.label_choice import Labels, find_labels_of
from groundtrain.errors import ManifestError
from groundtrain.images.existence import existence_of
from groundtrain.images.manifest_images import read_sources
from groundtrain.images.request_cost import plan_requests
from groundtrain.linting.image_batch import Findings, ImageCheckSettings
from groundtrain.linting.images_of_manifest import image_findings_of
from groundtrain.manifest.source import ManifestSource
from groundtrain.observability import logger
from groundtrain.pipeline.image_check_run import ImageCheck, RunningImageCheck
from groundtrain.settings.dataset_settings import DatasetSettings

MOST_FILES = 100_000
"""Images and masks whose headers one function reads within its time; a labeling job has no more objects."""

_READERS = 64  # S3 takes 100 to 200 ms for a small object at times, and the client has as many connections


class LookedAt(Struct, frozen=True):
    """What is known of the images, for `convert`: whether they exist, and findings by line.

    Of images whose headers were read it is a finding that one does not exist.
    """

    exists: Callable[[str], bool] | None = None
    findings: Findings = {}


def look_at_images(
    check: ImageCheck, settings: DatasetSettings, classes: Sequence[str], aws: Clients
) -> LookedAt | RunningImageCheck:
    """Look as the settings ask for it; whether images exist is asked when the first one is needed.

    Args:
        check: the manifest, and where its images are.
        settings: how closely to look, and at which label attribute.
        classes: names in the label category file, in order; empty when there is none.
        aws: clients.

    Raises:
        ManifestError: it is not a manifest, changed meanwhile, or names more images than one function reads.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
        AccessError, ClientError: an image may not be read, or S3 is busy; nothing is known of any image then.
    """
    manifest = check.labeled.manifest
    exists = existence_of(check.store, read_sources(manifest, settings.label))
    if settings.images == "list":
        return LookedAt(exists)
    labels = find_labels_of(manifest, settings)
    if settings.images == "full" and labels.label_type.of_images:
        # for the few environments that ask for it
        from groundtrain.pipeline.check_images_once import look_by_map

        found = look_by_map(labels, check, classes, aws)
        if isinstance(found, RunningImageCheck):
            return found
        return LookedAt(exists) if found is None else LookedAt(None, found)
    findings = _findings_of_headers(manifest, labels, settings, classes, check.store)
    return LookedAt(None if labels.label_type.of_images else exists, findings)


def _findings_of_headers(
    manifest: ManifestSource,
    labels: Labels,
    settings: DatasetSettings,
    classes: Sequence[str],
    images: S3ImageStore,
) -> Findings:
    @contextmanager
    def announce(files: int) -> Iterator[Callable[[int], object]]:
        _refuse_too_many(manifest, files)
        logger.info(
            "Reading the headers of images", files=files, requests=str(plan_requests(files, "header"))
        )
        yield bool

    checks = ImageCheckSettings(images, "header", announce, readers=_READERS)
    return image_findings_of(manifest, labels, settings, checks, classes)


def _refuse_too_many(manifest: ManifestSource, files: int) -> None:
    if files > MOST_FILES:
        raise ManifestError(
            f"{manifest.name} names {files:,} images and masks, and one function reads the headers of"
            f" {MOST_FILES:,} within its time",
            fix='split it, or set images = "list" under [dataset] and deploy again',
        )
